#!/usr/bin/env node
// A file of its own, so that the command can be linked before it is built.
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  console.error(
    'spark-mesos-fine-executor is not built yet: run "npm start" or "npx pnpm build" in its repository first.',
  );
  process.exitCode = 70;
}
