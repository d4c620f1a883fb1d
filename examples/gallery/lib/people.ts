/** A row of the gallery's tables. */
export interface Person {
  id: number;
  name: string;
  city: string;
  born: Date;
  /** In cents. */
  salary: number;
  active: boolean;
}

const first = ["Ada", "Grace", "Katherine", "Edsger", "Barbara", "Alan", "Margaret", "Donald", "Radia", "Tim"];
const last = ["Lovelace", "Hopper", "Johnson", "Dijkstra", "Liskov", "Turing", "Hamilton", "Knuth", "Perlman", "Lee"];
const cities = ["London", "New York", "Hampton", "Rotterdam", "Boston", "Zürich", "São Paulo", "東京"];

/** The same people each time. */
export function people(count: number): Person[] {
  return Array.from({ length: count }, (_, i) => ({
    id: i + 1,
    name: `${first[i % 10]} ${last[Math.floor(i / 10) % 10]}${i < 100 ? "" : ` ${i}`}`,
    city: cities[(i * 7) % cities.length] ?? "",
    born: new Date(1950 + (i % 50), (i * 5) % 12, 1 + ((i * 11) % 28)),
    salary: 300_000 + ((i * 7919) % 900_000),
    active: i % 3 !== 0,
  }));
}

/** An amount of cents as money. */
export const dollars = (cents: number) =>
  new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }).format(cents / 100);
