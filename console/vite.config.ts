import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip, constants as zlib } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Where the server of a development session listens. */
const apiAddress = process.env.GATEHOUSE_ADDRESS ?? 'http://127.0.0.1:8443';

/** The highest level takes ten times as long for a few percent less. */
const BROTLI_LEVEL = 9;

/** Puts packed copies beside scripts and styles: the server hands them out and packs nothing itself. */
const packedCopies = (): Plugin => ({
  name: 'gatehouse-packed-copies',
  apply: 'build',
  async writeBundle({ dir = '' }, bundle) {
    const texts = Object.keys(bundle).filter((name) => /\.(js|css)$/.test(name));
    await Promise.all(
      texts.map(async (name) => {
        const path = join(dir, name);
        const text = await readFile(path);
        const params = { [zlib.BROTLI_PARAM_QUALITY]: BROTLI_LEVEL };
        await writeFile(`${path}.br`, await promisify(brotliCompress)(text, { params }));
        await writeFile(`${path}.gz`, await promisify(gzip)(text));
      }),
    );
  },
});

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), packedCopies()],
  build: {
    target: 'es2022',
    // The polyfill would be an inline script, which the content security policy forbids.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { '/api': { target: apiAddress, secure: false } } },
});
