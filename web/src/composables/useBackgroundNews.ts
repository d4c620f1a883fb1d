import { isOver, type Run } from "@interval/proto";
import { useI18n } from "vue-i18n";
import { useRoute } from "vue-router";
import { statusLooks } from "../components/run/status.ts";
import { type Place, runPath } from "../lib/links.ts";
import { useSession } from "./useSession.ts";
import { useToasts } from "./useToasts.ts";
import { useTopic } from "./useWatch.ts";

/** Tells a person that a run of theirs, which goes on without them, has ended while they are elsewhere. */
export function useBackgroundNews(place: () => Place): void {
  const session = useSession();
  const route = useRoute();
  const { toast } = useToasts();
  const { t } = useI18n();
  const told = new Set<string>();

  function tell(run: Run): void {
    if (!run.backgroundable || !isOver(run) || told.has(run.id) || !session.isOwn(run)) return;
    told.add(run.id);
    if (route.params.run === run.id) return;
    const look = statusLooks[run.status];
    const text = t("shell.runEnded", { name: run.actionName || run.action, status: t(`status.${look.text}`) });
    const link = { to: runPath(run, run.id), label: t("shell.showRun") };
    toast(text, { tone: look.tone === "error" ? "error" : look.tone === "success" ? "success" : "info", link });
  }

  useTopic(
    () => {
      const { organization, environment } = place();
      return {
        case: "runList",
        value: { $typeName: "interval.operator.v1.RunListTopic", organization, environment },
      };
    },
    {
      updates(updates) {
        for (const update of updates) if (update.case === "run") tell(update.value);
      },
    },
  );
}
