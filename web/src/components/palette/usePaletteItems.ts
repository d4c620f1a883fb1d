import type { CatalogEntry, Run } from "@interval/proto";
import { computed } from "vue";
import { useI18n } from "vue-i18n";
import { useRoute, useRouter } from "vue-router";
import { useCatalog } from "../../composables/useCatalog.ts";
import { useOverlays } from "../../composables/useOverlays.ts";
import { usePlaces } from "../../composables/usePlaces.ts";
import { useRecent } from "../../composables/useRecent.ts";
import { useRunList } from "../../composables/useRunList.ts";
import { schemes, useScheme } from "../../composables/useScheme.ts";
import { useSession } from "../../composables/useSession.ts";
import { useSignOut } from "../../composables/useSignOut.ts";
import { useStart } from "../../composables/useStart.ts";
import { allActions, allPages, nameOf, recentEntries } from "../../lib/catalog.ts";
import { environmentLook } from "../../lib/environments.ts";
import { actionPath, type Place, runPath } from "../../lib/links.ts";
import { plainText } from "../../lib/plain.ts";
import { openStatuses, statusLooks } from "../run/status.ts";
import { navGroups, rightsAt } from "../shell/navigation.ts";
import type { PaletteItem } from "./palette.ts";

/** So many of the actions that were run last are shown. */
const recentShown = 5;

/** All that the palette of a place does, live. */
export function usePaletteItems(place: Place) {
  const { t } = useI18n();
  const route = useRoute();
  const router = useRouter();
  const session = useSession();
  const scheme = useScheme();
  const signOut = useSignOut();
  const { open } = useStart(place);
  const { current: overlay } = useOverlays();
  const { entries } = useCatalog(place);
  const recent = useRecent(place);
  const openRuns = useRunList(place, { pageSize: 200, statuses: openStatuses, filter: session.own });
  const places = usePlaces(
    () => place,
    () => route.path,
  );

  const go = (to: string) => () => void router.push(to);

  function action(group: "recent" | "actions", entry: CatalogEntry): PaletteItem {
    const path = entry.route?.path ?? "";
    const disabled = entry.hostsOnline === 0;
    const detail = [path.includes("/") ? path : "", disabled ? t("home.offline") : ""].filter(Boolean).join(" · ");
    const keywords = `${path} ${plainText(entry.route?.description ?? "")}`;
    const icon = disabled ? "i-lucide-unplug" : "i-lucide-play";
    const choose = () => void open(path);
    return { id: `${group} ${path}`, group, name: nameOf(entry), icon, detail, keywords, disabled, choose };
  }

  function openRun(run: Run): PaletteItem {
    const look = statusLooks[run.status];
    const detail = t(`status.${look.text}`);
    const name = run.actionName || run.action;
    return { id: run.id, group: "runs", name, icon: look.icon, detail, choose: go(runPath(place, run.id)) };
  }

  const runs = computed(() => openRuns.runs.value.filter(({ id }) => id !== route.params.run).map(openRun));
  const actions = computed(() => allActions(entries.value ?? []).map((entry) => action("actions", entry)));
  const used = computed(() =>
    recentEntries(entries.value ?? [], recent.paths())
      .slice(0, recentShown)
      .map((entry) => action("recent", entry)),
  );
  const pages = computed(() =>
    allPages(entries.value ?? []).map(
      ({ path, name, description }): PaletteItem => ({
        id: `page ${path}`,
        group: "pages",
        name,
        icon: "i-lucide-folder",
        detail: path.includes("/") ? path : undefined,
        keywords: `${path} ${plainText(description ?? "")}`,
        choose: go(actionPath(place, path)),
      }),
    ),
  );
  const screens = computed(() =>
    navGroups(place, rightsAt(place, session)).flatMap(({ text, items }) =>
      items.map(({ to, icon, text: name }): PaletteItem => {
        return { id: to, group: "go", name: t(name), icon, detail: text && t(text), choose: go(to) };
      }),
    ),
  );
  const elsewhere = computed(() =>
    places.value.flatMap(({ organization, environments }) =>
      environments.flatMap(({ environment, to, isHere }): PaletteItem[] => {
        const dot = environmentLook(environment);
        const item = { name: environment.name, detail: organization.name, icon: "i-lucide-circle", dot };
        return isHere ? [] : [{ ...item, id: `place ${to}`, group: "places", choose: go(to) }];
      }),
    ),
  );
  const commands = computed((): PaletteItem[] => [
    ...schemes.map(({ value, icon }) =>
      command(`palette.theme.${value}`, icon, () => {
        scheme.value = value;
      }),
    ),
    command("shortcuts.title", "i-lucide-keyboard", () => (overlay.value = "shortcuts")),
    command("notifications.title", "i-lucide-bell", () => (overlay.value = "notifications")),
    command("shell.signOut", "i-lucide-log-out", () => void signOut()),
  ]);

  function command(text: string, icon: string, choose: () => void): PaletteItem {
    return { id: text, group: "commands", name: t(text), icon, choose };
  }

  return {
    items: computed(() => [
      ...runs.value,
      ...used.value,
      ...actions.value,
      ...pages.value,
      ...screens.value,
      ...elsewhere.value,
      ...commands.value,
    ]),
    /** Whether the actions are still on their way. */
    loading: computed(() => entries.value === undefined),
  };
}
