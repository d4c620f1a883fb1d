import type { ServiceImpl } from "@connectrpc/connect";
import type { WatchService } from "@interval/proto";
import { callerOf, onCallerChanged } from "./caller.ts";
import type { Parts } from "./parts.ts";

export function watchService({ watches, config, background }: Parts): ServiceImpl<typeof WatchService> {
  return {
    async *watch(_request, context) {
      const watch = watches.open(callerOf(context));
      const close = () => watches.close(watch);
      context.signal.addEventListener("abort", close, { once: true });
      const heartbeat = setInterval(
        () => watch.say({ case: "heartbeat", value: {} }),
        config.timing.heartbeatIntervalMs,
      );
      // Who opens it again is shown what they may see by then.
      const everyMs = config.timing.heartbeatIntervalMs;
      const stopLooking = onCallerChanged(context, { everyMs, background }, close);
      try {
        for await (const updates of watch.updates) yield { updates };
      } finally {
        clearInterval(heartbeat);
        stopLooking();
        close();
      }
    },

    async subscribe(request, context) {
      await watches.subscribe(callerOf(context), request);
      return {};
    },

    unsubscribe(request, context) {
      watches.unsubscribe(callerOf(context), request);
      return {};
    },
  };
}
