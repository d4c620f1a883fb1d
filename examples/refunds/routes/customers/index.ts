import { io, Layout, Page } from "@interval/sdk";
import { type Customer, chargesOf, customers, dollars, refundedCharges } from "../../shop/shop";

const spentBy = (customer: Customer) =>
  chargesOf(customer).reduce((sum, { cents, refund }) => sum + (refund ? 0 : cents), 0);

export default new Page({
  name: "Customers",
  description: "Who buys, and what they have bought.",
  handler: () =>
    new Layout({
      title: async () => `${customers().length} customers`,
      menuItems: [{ label: "Refund charges", route: "refund" }],
      children: [
        io.display.metadata("At a glance", {
          layout: "card",
          data: [
            { label: "Spent", value: async () => dollars(customers().reduce((sum, each) => sum + spentBy(each), 0)) },
            {
              label: "Refunded",
              value: async () => dollars(refundedCharges().reduce((sum, { cents }) => sum + cents, 0)),
            },
            { label: "Refunds", value: async () => refundedCharges().length },
          ],
        }),
        io.display.table("Everyone", {
          data: async () => customers(),
          columns: [
            { label: "Name", accessorKey: "name" },
            { label: "E-mail", renderCell: ({ email }) => ({ label: email, url: `mailto:${email}` }) },
            { label: "Country", accessorKey: "country" },
            { label: "Since", renderCell: ({ since }) => ({ label: since.slice(0, 10), value: new Date(since) }) },
            {
              label: "Spent",
              renderCell: (customer) => ({ label: dollars(spentBy(customer)), value: spentBy(customer) }),
            },
          ],
          rowMenuItems: ({ email }) => [{ label: "Refund charges", route: "refund", params: { email } }],
        }),
      ],
    }),
});
