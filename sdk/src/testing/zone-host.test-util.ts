// A program on a machine of some zone (TZ), tried with operators of other zones: it tells what untouched fields answer, as one line of JSON.
import { io } from "../index.ts";
import { runAction } from "./index.ts";

const [operator = "", ...moments] = process.argv.slice(2);
const rounds = 30;

async function untouched<T>(ask: () => PromiseLike<T>): Promise<T> {
  const run = runAction(() => ask(), { user: { timeZone: operator } });
  await run.answer();
  return (await run.result()) as T;
}

const day = (defaultValue: Date | string) => untouched(() => io.input.date("D", { defaultValue }));
const time = (defaultValue: Date | string) => untouched(() => io.input.time("T", { defaultValue }));
const datetime = (defaultValue: Date | string) => untouched(() => io.input.datetime("M", { defaultValue }));

async function rounded<T>(start: Date, ask: (given: Date) => Promise<T>, next: (answer: T) => Date): Promise<T> {
  let answer = await ask(start);
  for (let round = 1; round < rounds; round++) answer = await ask(next(answer));
  return answer;
}

const days = await Promise.all(
  [
    new Date("1965-06-15"),
    new Date(1965, 5, 15),
    "1965-06-15",
    "1965-06-15T23:59",
    "1965-06-15T00:00:00Z",
    new Date(new Date("1965-06-15").toISOString()),
  ].map(async (given) => (await day(given)).isoDate),
);
const { jsDate, ...kept } = await rounded(new Date(1965, 5, 15), day, ({ jsDate }) => jsDate);
const told = await Promise.all(
  moments.map(async (moment) => {
    const at = new Date(moment);
    const { jsDate, instant, ...fields } = await rounded(at, datetime, ({ instant }) => instant);
    const again = await rounded(at, datetime, ({ jsDate }) => jsDate);
    return {
      moment,
      instant,
      jsDate,
      again: again.instant,
      timeZone: fields.timeZone,
      datetime: `${fields.isoDate} ${fields.isoTime}`,
      fromText: (await datetime(moment)).instant,
      date: (await day(new Date(at.getTime() + 1))).isoDate,
      time: (await time(at)).isoTime,
    };
  }),
);
const written = await datetime("2026-06-15T13:00");
const getters = [jsDate.getFullYear(), jsDate.getMonth() + 1, jsDate.getDate(), jsDate.getHours()];
process.stdout.write(JSON.stringify({ days, kept, getters, written: `${written.isoDate} ${written.isoTime}`, told }));
