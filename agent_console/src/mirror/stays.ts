/**
 * Which nodes of a child list may stay where they are while the others move around them. A frame names every child
 * between the first and the last that changed; moving all of those would cost a layout of the whole list, and would
 * reset their scrolling, animations and images. Knows nothing of documents.
 */

/**
 * Indexes of one longest run of `ranks` that rises (patience sorting, O(n log n)). The ranks differ from one another.
 *
 * @param ranks for each node in its new order: where it stood in the old one.
 */
export function longestRise(ranks: readonly number[]): number[] {
  // tails[n]: index of the smallest rank that ends a rise of n + 1; before[i]: what stands before i in its rise.
  const tails: number[] = [];
  const before: number[] = [];
  for (const [at, rank] of ranks.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ranks[tails[middle] as number] as number) < rank) low = middle + 1;
      else high = middle;
    }
    before[at] = low ? (tails[low - 1] as number) : -1;
    tails[low] = at;
  }
  const rise: number[] = [];
  for (let at = tails.at(-1) ?? -1; at >= 0; at = before[at] as number) rise.push(at);
  return rise.reverse();
}
