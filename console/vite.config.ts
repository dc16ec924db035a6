import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where the server of a development session listens. */
const apiAddress = process.env.GATEHOUSE_ADDRESS ?? 'http://127.0.0.1:8443';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    target: 'es2022',
    // The polyfill would be an inline script, which the content security policy forbids.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { '/api': { target: apiAddress, secure: false } } },
});
