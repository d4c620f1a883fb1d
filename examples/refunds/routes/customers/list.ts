import { Action, io } from "@interval/sdk";
import { chargesOf, customers, dollars } from "../../shop/shop";

export default new Action({
  name: "List customers",
  description: "Everyone, with what they have spent.",
  handler: async () => {
    await io.display.table("Customers", {
      data: customers(),
      columns: [
        "name",
        { label: "E-mail", renderCell: ({ email }) => ({ label: email, url: `mailto:${email}` }) },
        { label: "Country", accessorKey: "country" },
        { label: "Since", renderCell: ({ since }) => ({ label: since.slice(0, 10), value: new Date(since) }) },
        {
          label: "Spent",
          renderCell: (customer) => {
            const cents = chargesOf(customer).reduce((sum, charge) => sum + (charge.refund ? 0 : charge.cents), 0);
            return { label: dollars(cents), value: cents };
          },
        },
      ],
      rowMenuItems: () => [{ label: "Refund charges", route: "refund" }],
    });
  },
});
