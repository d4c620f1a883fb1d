import { Code, ConnectError } from "@connectrpc/connect";
import { createRouter, createWebHistory, type RouteLocation, type RouteRecordRaw, type Router } from "vue-router";
import type { Session } from "./composables/useSession.ts";
import { homePath } from "./lib/links.ts";

const routes: RouteRecordRaw[] = [
  { path: "/sign-in", name: "sign-in", component: () => import("./pages/SignInPage.vue"), meta: { open: true } },
  { path: "/account", name: "account", component: () => import("./pages/AccountPage.vue") },
  { path: "/", name: "start", component: () => import("./pages/StartPage.vue") },
  {
    path: "/:organization/:environment",
    component: () => import("./pages/PlacePage.vue"),
    children: [
      { path: "", name: "home", component: () => import("./pages/HomePage.vue") },
      { path: "actions/:path+", name: "action", component: () => import("./pages/ActionPage.vue") },
      { path: "runs/:run/:view(transcript)?", name: "run", component: () => import("./pages/RunPage.vue") },
      { path: "history", name: "history", component: () => import("./pages/HistoryPage.vue") },
      { path: "settings/setup", name: "setup", component: () => import("./pages/settings/SetupPage.vue") },
      { path: "settings/keys", name: "keys", component: () => import("./pages/settings/KeysPage.vue") },
      { path: "settings/hosts", name: "hosts", component: () => import("./pages/settings/HostsPage.vue") },
      { path: "settings/actions", name: "actions", component: () => import("./pages/settings/ActionsPage.vue") },
      {
        path: "settings/actions/:path+",
        name: "action-settings",
        component: () => import("./pages/settings/ActionSettingsPage.vue"),
      },
      { path: "queue", name: "queue", component: () => import("./pages/QueuePage.vue") },
      {
        path: "settings/organization",
        name: "organization",
        component: () => import("./pages/OrganizationPage.vue"),
      },
      { path: ":rest(.*)*", name: "not-found-here", component: () => import("./pages/NotFoundPage.vue") },
    ],
  },
  { path: "/:rest(.*)*", name: "not-found", component: () => import("./pages/NotFoundPage.vue") },
];

/** The dashboard's addresses. Who is not signed in is led to do so, and back. */
export function createDashboardRouter(session: Session): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes,
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? {} : { top: 0 }),
  });
  router.beforeEach(async (to) => {
    if (to.meta.open) return true;
    if (!session.current.value) preload(to);
    try {
      await session.load();
    } catch (error) {
      if (ConnectError.from(error).code !== Code.Unauthenticated) throw error;
      return { name: "sign-in", query: to.fullPath === "/" ? {} : { return: to.fullPath } };
    }
    const place = to.name === "start" ? session.firstPlace() : undefined;
    return place ? homePath(place) : true;
  });
  return router;
}

/** Begins to load a screen while it is asked who is there. What fails is told once the router loads it itself. */
function preload({ matched }: RouteLocation): void {
  for (const { components } of matched) {
    const load: unknown = components?.default;
    if (typeof load === "function") void Promise.resolve(load()).catch(() => undefined);
  }
}
