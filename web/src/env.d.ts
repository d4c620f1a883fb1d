/** Names the build: tabs of different builds never share a worker. */
declare const __BUILD__: string;

interface ImportMetaEnv {
  /** Set to "1" to run without a server, on the demo backend. */
  readonly VITE_DEMO?: string;
}
