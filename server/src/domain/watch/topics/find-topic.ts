import type { SubscribeRequest } from "@interval/proto";
import type { Caller } from "../../../auth/identity.ts";
import { InvalidError } from "../../errors.ts";
import type { OpenTopic } from "../watch.ts";
import { findCatalog } from "./catalog.ts";
import { findHosts } from "./hosts.ts";
import { findLogs } from "./logs.ts";
import { findPage } from "./page.ts";
import { findProfile } from "./profile.ts";
import { findRun } from "./run.ts";
import { findRunList } from "./run-list.ts";
import type { TopicParts } from "./topic.ts";

/** Looks up what somebody wants to watch. */
export async function findTopic(
  caller: Caller,
  topic: SubscribeRequest["topic"],
  parts: TopicParts,
): Promise<OpenTopic> {
  switch (topic.case) {
    case "run":
      return findRun(caller, topic.value, parts);
    case "logs":
      return findLogs(caller, topic.value, parts);
    case "catalog":
      return findCatalog(caller, topic.value, parts);
    case "runList":
      return findRunList(caller, topic.value, parts);
    case "page":
      return findPage(caller, topic.value, parts);
    case "hosts":
      return findHosts(caller, topic.value, parts);
    case "profile":
      return findProfile(caller, topic.value, parts);
    case undefined:
      throw new InvalidError("The topic is missing, or newer than this server.");
    default:
      return topic satisfies never;
  }
}
