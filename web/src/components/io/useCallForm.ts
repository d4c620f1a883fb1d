import { create } from "@bufbuild/protobuf";
import {
  answersBefore,
  type CallState,
  CallStatus,
  checkAnswer,
  defaultValue,
  entryOf,
  type FieldError,
  FieldErrorSchema,
  type IoCall,
  type IoValue,
} from "@interval/proto";
import { computed, type Ref, shallowRef, watch } from "vue";
import { useReader } from "../../composables/useReader.ts";
import type { AnswerOutcome } from "../../composables/useRun.ts";
import { loadDraft, toAnswer, type Values } from "../../lib/drafts.ts";
import { useIoContext } from "./context.ts";
import { useDraft } from "./useDraft.ts";

/** Sends an answer. */
export type Send = (callKey: string, revision: number, answer: ReturnType<typeof toAnswer>) => Promise<AnswerOutcome>;

/**
 * What a person fills in for one call: values, faults, and sending them.
 *
 * @param call the state's call, as whole as it is by now
 */
export function useCallForm(runId: string, state: () => CallState, call: Readonly<Ref<IoCall>>, send: Send) {
  const { timeZone } = useReader();
  const draft = useDraft();
  const context = useIoContext();
  const key = computed(() => ({ runId, callKey: call.value.key, revision: state().revision }));
  /** Components that are not whole yet: how they start is not known. */
  const waiting = new Set<string>();
  const values = shallowRef<Values>(start());
  const typed = shallowRef(loadDraft(key.value) !== undefined);
  /** Faults are shown after the first attempt, then live. */
  const attempted = shallowRef(false);
  const refused = shallowRef<FieldError[]>(fromHost());
  const sending = shallowRef(false);

  function start(): Values {
    const { answer, revision, status } = state();
    const answered = answer && (status !== CallStatus.OPEN || revision > 0);
    if (answered) return { ...blanks(), ...answer.values, ...(status === CallStatus.OPEN ? loadDraft(key.value) : {}) };
    return loadDraft(key.value) ?? { ...defaults(), ...ahead() };
  }

  function defaults(): Values {
    waiting.clear();
    for (const { key, stored } of call.value.components) if (stored !== undefined) waiting.add(key);
    return Object.fromEntries(
      call.value.components.map((component) => [component.key, defaultValue(component, timeZone.value)]),
    );
  }

  /** What was answered in the run that this one starts again. */
  function ahead(): Values {
    const before = context.before?.();
    return before ? answersBefore(call.value, before) : {};
  }

  function blanks(): Values {
    return Object.fromEntries(call.value.components.map(({ key }) => [key, undefined]));
  }

  function fromHost(): FieldError[] {
    const all = [...state().errors, ...call.value.components.flatMap(({ errors }) => errors)];
    return all.filter((error, at) => all.findIndex((other) => isSame(error, other)) === at);
  }

  // A refusal asks again: what was sent stays in the fields, with what is wrong.
  watch(
    () => [state().revision, state().status, state().answer] as const,
    ([revision], [before]) => {
      draft.flush();
      values.value = revision === before && state().status === CallStatus.OPEN ? values.value : start();
      if (state().status === CallStatus.ACCEPTED) draft.drop(key.value);
    },
  );
  watch(call, ({ components }) => {
    const whole = components.filter(({ key, stored }) => stored === undefined && waiting.delete(key));
    const answered = ahead();
    const starts = whole.map(
      (component) =>
        [component.key, entryOf(answered, component.key) ?? defaultValue(component, timeZone.value)] as const,
    );
    if (starts.length > 0) values.value = { ...values.value, ...Object.fromEntries(starts) };
  });
  // It may be loaded after the form is drawn; what is typed by then stays.
  watch(
    () => context.before?.(),
    () => {
      if (!typed.value && state().status === CallStatus.OPEN) values.value = start();
    },
  );
  watch(
    () => [state().errors, call.value] as const,
    () => {
      refused.value = fromHost();
      if (refused.value.length > 0) attempted.value = true;
    },
  );

  const local = computed(() =>
    attempted.value ? checkAnswer(call.value, toAnswer(values.value, firstChoice(call.value))) : [],
  );
  const errors = computed(() => {
    const known = [...local.value];
    return [...known, ...refused.value.filter((error) => !known.some((other) => isSame(error, other)))];
  });

  return {
    values,
    errors,
    sending,
    /** Whether something was typed that was not sent. */
    typed,

    set(componentKey: string, value: IoValue | undefined): void {
      values.value = { ...values.value, [componentKey]: value };
      refused.value = refused.value.filter(({ componentKey: at }) => at !== componentKey && at !== "");
      typed.value = true;
      draft.keep(key.value, values.value);
    },

    /** Checks and sends. Returns whether it was taken; what is wrong stands in `errors`. */
    async submit(choice: string | undefined, skipValidation = false): Promise<boolean> {
      if (sending.value) return false;
      refused.value = [];
      const answer = toAnswer(skipValidation ? {} : values.value, choice);
      if (!skipValidation) {
        attempted.value = true;
        if (checkAnswer(call.value, answer).length > 0) return false;
      }
      sending.value = true;
      try {
        const outcome = await send(call.value.key, state().revision, answer);
        if (outcome.taken) typed.value = false;
        else refused.value = outcome.errors.length > 0 ? outcome.errors : [unexplained()];
        return outcome.taken;
      } finally {
        sending.value = false;
      }
    },
  };
}

function firstChoice({ choices }: IoCall): string | undefined {
  return choices.find(({ skipValidation }) => !skipValidation)?.value;
}

function isSame(a: FieldError, b: FieldError): boolean {
  return a.componentKey === b.componentKey && a.path === b.path && a.text === b.text;
}

function unexplained(): FieldError {
  return create(FieldErrorSchema, { text: "The server refused this answer without saying why." });
}
