import { defineConfig } from "vitest/config";

/** One build for every component: ES modules with hashed names, and a manifest that mediaops/ui/components.py reads. */
export default defineConfig({
  // Streamlit may be served below a path; everything a module loads is found relative to the module itself.
  base: "./",
  build: {
    outDir: "../mediaops/ui/static",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    // The preload helper resolves against the document, which is the dashboard and not the bundle.
    modulePreload: false,
    // libheif is two megabytes on purpose: loaded on demand.
    chunkSizeWarningLimit: 2100,
    rolldownOptions: {
      input: {
        uploader: "src/uploader/main.ts",
        gallery: "src/gallery/main.ts",
        reader: "src/reader/main.ts",
        review: "src/review/main.ts",
      },
      preserveEntrySignatures: "strict",
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "chunks/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
  worker: { format: "es" },
  test: { include: ["src/**/*.test.ts", "src/**/*.test.tsx"], environment: "node" },
});
