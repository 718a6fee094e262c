/** At most `atMost` items spread evenly over the list, the first and the last among them. */
export function spreadOver<T>(items: readonly T[], atMost: number): T[] {
  if (items.length <= atMost) return [...items];
  return Array.from({ length: atMost }, (_, k) => items[Math.round((k * (items.length - 1)) / (atMost - 1))]);
}
