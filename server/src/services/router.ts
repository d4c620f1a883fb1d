import type { ConnectRouter } from "@connectrpc/connect";
import {
  ActionService,
  ActionSettingsService,
  FileService,
  HostService,
  KeyService,
  PageService,
  RunService,
  SessionService,
  WatchService,
} from "@interval/proto";
import { actionService } from "./action-service.ts";
import { actionSettingsService } from "./action-settings-service.ts";
import { fileService } from "./file-service.ts";
import { hostService } from "./host-service.ts";
import { keyService } from "./key-service.ts";
import { pageService } from "./page-service.ts";
import type { Parts } from "./parts.ts";
import { runService } from "./run-service.ts";
import { sessionService } from "./session-service.ts";
import { watchService } from "./watch-service.ts";

/** Every service that the server has. */
export function routes(parts: Parts): (router: ConnectRouter) => void {
  return (router) => {
    router.service(HostService, hostService(parts));
    router.service(SessionService, sessionService(parts));
    router.service(ActionService, actionService(parts));
    router.service(RunService, runService(parts));
    router.service(PageService, pageService(parts));
    router.service(FileService, fileService(parts));
    router.service(KeyService, keyService(parts));
    router.service(ActionSettingsService, actionSettingsService(parts));
    router.service(WatchService, watchService(parts));
  };
}
