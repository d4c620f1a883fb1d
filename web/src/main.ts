import "./main.css";
import ui from "@nuxt/ui/vue-plugin";
import { createApp } from "vue";
import App from "./App.vue";
import { noteArrivals } from "./composables/useScreen.ts";
import { createSession, sessionKey } from "./composables/useSession.ts";
import { watchKey } from "./composables/useWatch.ts";
import { type Languages, languagesKey, loadLanguages } from "./i18n.ts";
import { createDashboardRouter } from "./router.ts";
import { apiKey, createApi, createServerTransport } from "./transport.ts";
import { openWatch } from "./watch/open-watch.ts";
import type { WatchSource } from "./watch/watch-source.ts";

/** Nothing is awaited at the top of this module: what is loaded meanwhile imports what is in one file with it. */
async function start(): Promise<void> {
  const loading = loadLanguages();
  const demo = import.meta.env.VITE_DEMO === "1" ? await import("./demo/backend.ts") : undefined;
  const transport = demo?.createDemoTransport() ?? createServerTransport({ onSignedOut, unreachable });
  const api = createApi(transport, demo?.sendDemoBytes, demo?.demoAuth);
  const session = createSession(api);
  const router = createDashboardRouter(session);
  noteArrivals(router);

  let languages: Languages | undefined;
  let source: Promise<WatchSource> | undefined;
  let sourceOf: string | undefined;

  /** The stream of a person; another one gets another one. */
  function openSource(user = session.user.value?.id ?? ""): Promise<WatchSource> {
    if (source && sourceOf === user) {
      void source.then((known) => known.retry());
      return source;
    }
    void source?.then((old) => old.close());
    sourceOf = user;
    source = demo ? Promise.resolve(demo.createDemoWatch(transport)) : openWatch(user);
    void source.then((opened) => opened.onStatus((status) => status === "signed-out" && void checkSession()));
    return source;
  }

  /** The stream was refused: perhaps the session is over, perhaps the stream was of an older one. Asking tells, and signs out. */
  async function checkSession(): Promise<void> {
    await api.sessions.getSession({}).catch(() => undefined);
  }

  /** The session has ended elsewhere: sign in again, and come back. */
  function onSignedOut(): void {
    const { currentRoute } = router;
    if (!session.current.value || currentRoute.value.meta.open) return;
    session.forget();
    void router.push({ name: "sign-in", query: { return: currentRoute.value.fullPath } });
  }

  function unreachable(): string {
    const { t } = languages?.plugin.global ?? {};
    return t ? `${t("shell.unreachable")}. ${t("shell.unreachableText")}` : "";
  }

  addEventListener("online", () => void source?.then((known) => known.retry()));

  // The stream takes the longest: it is opened for who was here last, before it is known that they still are.
  if (session.lastReader()) void openSource(session.lastReader());
  // The session and the screen are asked for while the texts are on their way.
  const app = createApp(App).use(router);
  languages = await loading;
  app
    .use(languages.plugin)
    .use(ui)
    .provide(languagesKey, languages)
    .provide(apiKey, api)
    .provide(sessionKey, session)
    .provide(watchKey, openSource)
    .mount("#app");
}

void start();
