import type { DescMessage, Message } from "@bufbuild/protobuf";
import { isReflectMessage, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import type { Pool } from "./pool.ts";

/** Fields whose name does not say what they identify, by their message. */
const named: Record<string, string> = {
  "interval.run.v1.Run.id": "runId",
  "interval.io.v1.IoCall.key": "callKey",
  "interval.io.v1.IoComponent.key": "componentKey",
  "interval.run.v1.CatalogEntry.path": "action",
  "interval.run.v1.Route.path": "action",
  "interval.operator.v1.OnlineHost.instance_id": "hostInstanceId",
  "interval.admin.v1.ApiKey.id": "keyId",
};
const ids = ["run_id", "asset_id", "watch_id", "page_id", "subscription_id", "next_page_token", "session_token"];

/** Remembers the ids in a message that came, so that later requests name what exists. */
export function learn(desc: DescMessage, message: Message, pool: Pool): void {
  visit(reflect(desc, message), pool, 0);
}

function visit(message: ReflectMessage, pool: Pool, depth: number): void {
  if (depth > 12) return;
  for (const field of message.fields) {
    if (!message.isSet(field)) continue;
    const value = message.get(field);
    if (typeof value === "string") {
      const name = named[`${message.desc.typeName}.${field.name}`] ?? (ids.includes(field.name) ? field.localName : "");
      if (name !== "") pool.add(name === "nextPageToken" ? "pageToken" : name, value);
    } else if (isReflectMessage(value)) {
      visit(value, pool, depth + 1);
    } else if (field.fieldKind === "list" || field.fieldKind === "map") {
      let left = 20;
      for (const [, item] of message.get(field).entries()) {
        if (!isReflectMessage(item) || left-- <= 0) break;
        visit(item, pool, depth + 1);
      }
    }
  }
}
