// Comes before the dispatcher in its process and tells how much memory it holds once garbage is collected; asked over
// IPC.

process.on('message', async () => {
  // Twice, since what finalizers let go of is only collected the next time.
  globalThis.gc?.();
  await new Promise(setImmediate);
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.(heapUsed + external);
});
process.channel?.unref();
