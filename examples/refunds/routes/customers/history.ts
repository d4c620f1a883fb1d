import { Action, io } from "@interval/sdk";
import { chargesOf, customers, dollars, refundedCharges } from "../../shop/shop";

const everyone = customers().map(({ id, name, email }) => ({ label: name, value: id, description: email }));

export default new Action({
  name: "Payment history",
  description: "All charges of a customer, refunds included.",
  handler: async () => {
    const { value } = await io.select.single("Customer", { options: everyone, searchable: true });
    const customer = customers().find(({ id }) => id === value);
    if (!customer) throw new Error(`There is no customer ${value}.`);
    const charges = chargesOf(customer);
    await io.group([
      io.display.heading(customer.name, { description: `Customer since ${customer.since.slice(0, 10)}` }),
      io.display.table("Charges", {
        data: charges,
        columns: [
          { label: "Charge", accessorKey: "id" },
          { label: "What", accessorKey: "description" },
          { label: "Paid", renderCell: ({ paid }) => ({ label: paid.slice(0, 10), value: new Date(paid) }) },
          { label: "Amount", renderCell: ({ cents }) => ({ label: dollars(cents), value: cents }) },
          {
            label: "State",
            renderCell: ({ refund }) =>
              refund ? { label: "Refunded", highlightColor: "red" } : { label: "Paid", highlightColor: "green" },
          },
        ],
      }),
    ]);
    return `${charges.length} charges; ${refundedCharges().length} refunds in the whole shop.`;
  },
});
