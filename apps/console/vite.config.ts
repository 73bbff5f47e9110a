import { basename, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** Where `npm run dev` sends what the page asks of a master. */
const masterUrl = process.env.MESOS_URL ?? 'http://127.0.0.1:5050';
/** Where `npm run dev:dispatcher` sends what the page asks of a dispatcher. */
const dispatcherUrl = process.env.DISPATCHER_URL ?? 'http://127.0.0.1:8081';

/**
 * Gives each page a folder of its own: `vite build src/mesos` writes dist/mesos.
 * A page shares no file with its neighbours there, so that a server can hand out one folder and nothing else.
 */
function oneFolderPerPage(): Plugin {
  return {
    name: 'one-folder-per-page',
    config: ({ root = '.', build }) => ({
      build: { outDir: build?.outDir ?? resolve(import.meta.dirname, 'dist', basename(root)) },
    }),
  };
}

export default defineConfig({
  // Relative addresses: the page works at the root of a server as well as behind a proxy's prefix.
  base: './',
  publicDir: false,
  plugins: [oneFolderPerPage()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    emptyOutDir: true,
    target: 'es2022',
    // No data: addresses and no injected script, so that the strictest Content-Security-Policy fits.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    license: { fileName: 'THIRD-PARTY-LICENSES.md' },
  },
  server: {
    proxy: {
      ...Object.fromEntries(
        ['/state', '/roles', '/version', '/agent', '/api/v1'].map((path) => [path, masterUrl]),
      ),
      '/api/v2': dispatcherUrl,
    },
  },
});
