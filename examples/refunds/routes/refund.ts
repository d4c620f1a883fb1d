import { Action, ctx, io } from "@interval/sdk";
import { type Charge, chargesOf, dollars, findCustomer, refund } from "../shop/shop";

const reasons = [
  { label: "Requested by customer", value: "requested" },
  { label: "Duplicate charge", value: "duplicate" },
  { label: "Damaged on arrival", value: "damaged", description: "Ask for a photo first." },
  { label: "Fraudulent", value: "fraudulent" },
];

export default new Action({
  name: "Refund charges",
  description: "Find a customer, pick charges, and refund them one by one.",
  handler: async () => {
    const email = await io.input
      .email("Customer's e-mail", {
        placeholder: "ada@example.com",
        helpText: "Try **ada@example.com**.",
        defaultValue: typeof ctx.params.email === "string" ? ctx.params.email : undefined,
      })
      .validate((value) => (findCustomer(value) ? undefined : `No customer has the address ${value}.`));
    const customer = findCustomer(email);
    if (!customer) throw new Error(`${email} is no longer a customer.`);

    const open = chargesOf(customer).filter((charge) => !charge.refund);
    if (open.length === 0) return `${customer.name} has nothing to refund.`;

    const { charges, reason, note } = await io.group({
      title: io.display.heading(customer.name, { description: `${customer.email}, ${open.length} charges` }),
      charges: io.select.table("Charges to refund", {
        data: open,
        minSelections: 1,
        columns: [
          { label: "Charge", accessorKey: "id" },
          { label: "What", accessorKey: "description" },
          {
            label: "Paid",
            renderCell: (charge) => ({ label: charge.paid.slice(0, 10), value: new Date(charge.paid) }),
          },
          {
            label: "Amount",
            renderCell: ({ cents }) => ({
              label: dollars(cents),
              value: cents,
              highlightColor: cents >= 100_000 ? "orange" : undefined,
            }),
          },
        ],
      }),
      reason: io.select.single("Reason", { options: reasons, defaultValue: "requested" }),
      note: io.input.text("Note for the customer", { multiline: true, maxLength: 500 }).optional(),
    });

    const total = charges.reduce((sum, charge) => sum + charge.cents, 0);
    const count = charges.length === 1 ? "1 charge" : `${charges.length} charges`;
    const sure = await io.confirm(`Refund ${dollars(total)} to ${customer.name}?`, {
      helpText: `${count}. Money that has left cannot be called back.`,
    });
    if (!sure) return "Nothing was refunded.";

    const done: Charge[] = [];
    await ctx.loading.start({ label: "Refunding", description: customer.name, itemsInQueue: charges.length });
    for (const charge of charges) {
      done.push(await refund(charge.id, reason.value, ctx.user.email));
      await ctx.log(`Refunded ${charge.id}: ${dollars(charge.cents)} for ${charge.description}`);
      await ctx.loading.completeOne();
    }
    return {
      Customer: customer.name,
      Charges: done.length,
      Refunded: dollars(total),
      Reason: reason.label,
      ...(note && { Note: note }),
    };
  },
});
