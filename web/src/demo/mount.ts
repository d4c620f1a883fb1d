import { create } from "@bufbuild/protobuf";
import { type CallState, CallStateSchema, type IoComponent, IoComponentSchema } from "@interval/proto";
import ui from "@nuxt/ui/vue-plugin";
import { mount } from "@vue/test-utils";
import type { Component } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import { type IoContext, ioContextKey } from "../components/io/context.ts";
import { type Session, sessionKey } from "../composables/useSession.ts";
import { createTexts } from "../i18n.ts";
import en from "../locales/en.json";

type ComponentInit = Parameters<typeof create<typeof IoComponentSchema>>[1];
type CallStateInit = Parameters<typeof create<typeof CallStateSchema>>[1];

export function ioComponent(init: NonNullable<ComponentInit>): IoComponent {
  return create(IoComponentSchema, init);
}

export function callState(init: NonNullable<CallStateInit>): CallState {
  return create(CallStateSchema, init);
}

/** Mounts what stands on a run's screen: with texts, addresses, a host that answers as told, and the person signed in who is given. */
export function mountIo(
  component: Component,
  props: Record<string, unknown>,
  context: Partial<IoContext> = {},
  session?: Session,
  provide: Record<symbol, unknown> = {},
) {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: "/:rest(.*)*", component: { template: "" } }],
  });
  const place = { organization: "main", environment: "development" };
  const fetch = () => Promise.reject(new Error("This host answers nothing."));
  const upload = () => Promise.reject(new Error("Nothing can be uploaded here."));
  const readAsset = () => Promise.reject(new Error("Nothing is stored here."));
  return mount(component, {
    props,
    attachTo: document.body,
    global: {
      plugins: [createTexts("en", en), router, ui],
      provide: {
        [ioContextKey as symbol]: { place, fetch, upload, readAsset, follow: () => undefined, ...context },
        [sessionKey as symbol]: session,
        ...provide,
      },
    },
  });
}
