import type { Charge, Customer, Shop } from "./shop";

const people = [
  ["Ada", "Lovelace", "United Kingdom"],
  ["Grace", "Hopper", "United States"],
  ["Katherine", "Johnson", "United States"],
  ["Edsger", "Dijkstra", "Netherlands"],
  ["Margaret", "Hamilton", "United States"],
  ["Konrad", "Zuse", "Germany"],
  ["Radia", "Perlman", "United States"],
  ["Sophie", "Wilson", "United Kingdom"],
] as const;

const products = [
  ["Standing desk", 54900],
  ["Desk lamp", 6990],
  ["Mechanical keyboard", 14900],
  ["Noise-cancelling headphones", 32900],
  ["Notebook, dotted", 1450],
  ["Monitor arm", 11900],
  ["Ergonomic chair", 78900],
  ["USB-C dock", 21900],
  ["Webcam", 8990],
  ["Cable set", 1990],
] as const;

/** How many charges each customer has; the first has more than a page of them. */
const chargesOf = [34, 12, 7, 21, 5, 9, 3, 15];

/** A small shop that looks the same every time. */
export function sampleShop(now = new Date()): Shop {
  const customers = people.map(
    ([first, last, country], i): Customer => ({
      id: `cus_${1001 + i}`,
      name: `${first} ${last}`,
      email: `${first}@example.com`.toLowerCase(),
      country,
      since: daysBefore(now, 900 - 97 * i),
    }),
  );
  const charges = customers.flatMap((customer, c) =>
    Array.from({ length: chargesOf[c] ?? 5 }, (_, i): Charge => {
      const [description, amount] = products[(i * 7 + c * 3) % products.length] ?? products[0];
      const quantity = 1 + ((i + c) % 3);
      return {
        id: `ch_${(c + 1) * 1000 + i}`,
        customer: customer.id,
        description: quantity > 1 ? `${quantity} × ${description}` : description,
        cents: amount * quantity,
        paid: daysBefore(now, 2 + i * 9 + c),
      };
    }),
  );
  return { customers, charges };
}

function daysBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * 24 * 60 * 60 * 1000).toISOString();
}
