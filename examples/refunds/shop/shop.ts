import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { sampleShop } from "./sample";

export interface Customer {
  id: string;
  name: string;
  email: string;
  country: string;
  /** When the account was opened, in ISO 8601. */
  since: string;
}

export interface Charge {
  id: string;
  /** The customer's id. */
  customer: string;
  description: string;
  /** In US cents, since money is counted and not measured. */
  cents: number;
  /** When it was paid, in ISO 8601. */
  paid: string;
  refund?: { at: string; reason: string; by: string };
}

export interface Shop {
  customers: Customer[];
  charges: Charge[];
}

/** Tests have a shop of their own. */
function shopFile(): string {
  return process.env.SHOP_FILE ?? path.resolve(__dirname, "../data/shop.json");
}

function load(): Shop {
  const file = shopFile();
  if (!existsSync(file)) save(sampleShop());
  return JSON.parse(readFileSync(file, "utf8"));
}

/** Written beside and renamed, so that the file is whole at every moment. */
function save(shop: Shop): void {
  const file = shopFile();
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(shop, null, 2));
  renameSync(`${file}.new`, file);
}

export function customers(): Customer[] {
  return load().customers;
}

export function findCustomer(email: string): Customer | undefined {
  return load().customers.find((customer) => customer.email === email.trim().toLowerCase());
}

/** A customer's charges, newest first. */
export function chargesOf(customer: Customer): Charge[] {
  const own = load().charges.filter((charge) => charge.customer === customer.id);
  return own.sort((a, b) => b.paid.localeCompare(a.paid));
}

/** All charges that were refunded, newest refund first. */
export function refundedCharges(): Charge[] {
  const refunded = load().charges.filter((charge) => charge.refund);
  return refunded.sort((a, b) => (b.refund?.at ?? "").localeCompare(a.refund?.at ?? ""));
}

/** Refunds a charge. It takes a moment, as a payment provider would. */
export async function refund(id: string, reason: string, by: string): Promise<Charge> {
  await new Promise((done) => setTimeout(done, 300));
  const shop = load();
  const charge = shop.charges.find((each) => each.id === id);
  if (!charge) throw new Error(`There is no charge ${id}.`);
  if (charge.refund) throw new Error(`${id} was refunded on ${charge.refund.at.slice(0, 10)} already.`);
  charge.refund = { at: new Date().toISOString(), reason, by };
  save(shop);
  return charge;
}

/** An amount as people read it. */
export function dollars(cents: number): string {
  return (cents / 100).toLocaleString("en-US", { style: "currency", currency: "USD" });
}
