/** One figure of a report: a value, what it cannot be better than, and how many times that it is. */
export function line(name, value, floor, unit = "ms") {
  return { name, value: round(value), unit, floor: round(floor), ratio: round(value / floor) };
}

function round(value) {
  return Math.round(value * 1000) / 1000;
}
