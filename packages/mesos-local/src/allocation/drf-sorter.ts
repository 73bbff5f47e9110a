import type { Quantities } from '../resources/resource-set.ts';

/** Under a role that has both frameworks and roles below it, this child stands for its own frameworks. */
const OWN_LEAF = '.';

/** All that there is to share out; the epoch changes with it, so that sorters see that shares are stale. */
export class ClusterTotals {
  readonly #amounts = new Map<string, number>();
  epoch = 0;

  get(name: string): number {
    return this.#amounts.get(name) ?? 0;
  }

  get amounts(): Quantities {
    return this.#amounts;
  }

  change(quantities: Quantities, sign: 1 | -1): void {
    for (const [name, milli] of quantities) this.#amounts.set(name, this.get(name) + sign * milli);
    this.epoch++;
  }
}

class SorterNode<T> {
  readonly path: string;
  readonly name: string;
  readonly parent: SorterNode<T> | undefined;
  readonly children = new Map<string, SorterNode<T>>();
  readonly allocated = new Map<string, number>();
  /** What {@link DrfSorter.sorted} gives for this node, when it stands for a client itself. */
  client: T | undefined;
  weight = 1;
  /** How often it was given something. */
  count = 0;
  /** Dominant share per weight. */
  share = 0;
  /** How many clients at and below it take part. */
  activeCount = 0;
  /** Its children that have anybody to give to, the one that is owed most first; made when asked for. */
  order: SorterNode<T>[] | undefined;

  constructor(path: string, name: string, parent: SorterNode<T> | undefined) {
    this.path = path;
    this.name = name;
    this.parent = parent;
  }
}

function compare<T>(a: SorterNode<T>, b: SorterNode<T>): number {
  if (a.share !== b.share) return a.share - b.share;
  if (a.count !== b.count) return a.count - b.count;
  if (a.path === b.path) return 0;
  return a.path < b.path ? -1 : 1;
}

/** Where a node stands, or would have to stand, in a sorted list. */
function placeOf<T>(node: SorterNode<T>, order: readonly SorterNode<T>[]): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(order[middle] as SorterNode<T>, node) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Dominant resource fairness over a tree of names (`eng/spark` stands below `eng`): among brothers the one
 * with the smallest dominant share per weight comes first, then the one that was served less often, then by
 * name. Frameworks within a role are a flat tree of the same kind. A change moves one node of each level; a
 * cycle over many agents never sorts anew.
 */
export class DrfSorter<T> {
  readonly #root = new SorterNode<T>('', '', undefined);
  readonly #leaves = new Map<string, SorterNode<T>>();
  readonly #weights = new Map<string, number>();
  readonly #totals: ClusterTotals;
  #epoch = -1;
  #sorted: readonly T[] | undefined;

  constructor(totals: ClusterTotals) {
    this.#totals = totals;
  }

  setWeight(path: string, weight: number): void {
    this.#weights.set(path, weight);
    // Shares have the weight in them; all are reckoned anew.
    this.#epoch = -1;
  }

  weightOf(path: string): number {
    return this.#weights.get(path) ?? 1;
  }

  /** How many clients there are, whether they take part or not. */
  get size(): number {
    return this.#leaves.size;
  }

  get activeCount(): number {
    return this.#root.activeCount;
  }

  /** Adds a client, which takes part when {@link setActive} says so. */
  add(path: string, client: T): void {
    if (this.#leaves.has(path)) return;
    const names = path.split('/');
    let node = this.#root;
    names.forEach((name, index) => {
      node = this.#child(node, name, names.slice(0, index + 1).join('/'));
    });
    const leaf = this.#child(node, OWN_LEAF, `${path}/${OWN_LEAF}`);
    leaf.client = client;
    this.#leaves.set(path, leaf);
  }

  remove(path: string): void {
    const leaf = this.#leaves.get(path);
    if (leaf === undefined) return;
    this.setActive(path, false);
    this.#leaves.delete(path);
    this.#change(leaf, new Map(leaf.allocated), -1);
    for (let node = leaf; node.parent !== undefined && node.children.size === 0; node = node.parent) {
      node.parent.children.delete(node.name);
    }
  }

  has(path: string): boolean {
    return this.#leaves.has(path);
  }

  get(path: string): T | undefined {
    return this.#leaves.get(path)?.client;
  }

  /** All clients in no order, whether they take part or not. */
  *all(): Iterable<T> {
    for (const { client } of this.#leaves.values()) if (client !== undefined) yield client;
  }

  setActive(path: string, isActive: boolean): void {
    const leaf = this.#leaves.get(path);
    const by = isActive ? 1 : -1;
    if (leaf === undefined || leaf.activeCount === (isActive ? 1 : 0)) return;
    for (let node: SorterNode<T> | undefined = leaf; node !== undefined; node = node.parent) {
      node.activeCount += by;
      if (node.parent !== undefined) node.parent.order = undefined;
    }
    this.#sorted = undefined;
  }

  allocated(path: string, quantities: Quantities): void {
    const leaf = this.#leaves.get(path);
    if (leaf !== undefined) this.#change(leaf, quantities, 1);
  }

  recovered(path: string, quantities: Quantities): void {
    const leaf = this.#leaves.get(path);
    if (leaf !== undefined) this.#change(leaf, quantities, -1);
  }

  /** The dominant share of a client and all below it, weight left out of account. */
  shareOf(path: string): number {
    const node = this.#leaves.get(path)?.parent;
    return node === undefined ? 0 : this.#dominantShare(node);
  }

  /** Clients that take part, the one that is owed most first. The list does not change under its reader. */
  sorted(): readonly T[] {
    this.#refresh();
    if (this.#sorted === undefined) {
      const clients = new Array<T>(this.#root.activeCount);
      collect(this.#root, clients, 0);
      this.#sorted = clients;
    }
    return this.#sorted;
  }

  #child(parent: SorterNode<T>, name: string, path: string): SorterNode<T> {
    const existing = parent.children.get(name);
    if (existing !== undefined) return existing;
    const node = new SorterNode<T>(path, name, parent);
    node.weight = this.#weights.get(path) ?? 1;
    parent.children.set(name, node);
    return node;
  }

  #change(leaf: SorterNode<T>, quantities: Quantities, sign: 1 | -1): void {
    for (let node = leaf; node.parent !== undefined; node = node.parent) {
      const order = node.activeCount > 0 ? node.parent.order : undefined;
      const from = order === undefined ? 0 : placeOf(node, order);
      for (const [name, milli] of quantities) {
        const amount = (node.allocated.get(name) ?? 0) + sign * milli;
        if (amount === 0) node.allocated.delete(name);
        else node.allocated.set(name, amount);
      }
      if (sign === 1) node.count++;
      node.share = this.#dominantShare(node) / node.weight;
      if (order !== undefined && !move(order, from, node)) node.parent.order = undefined;
    }
    this.#sorted = undefined;
  }

  /** Reckons all shares anew after the totals or a weight have changed. */
  #refresh(): void {
    if (this.#epoch === this.#totals.epoch) return;
    this.#epoch = this.#totals.epoch;
    this.#sorted = undefined;
    const visit = (node: SorterNode<T>) => {
      node.order = undefined;
      node.weight = this.#weights.get(node.path) ?? 1;
      node.share = this.#dominantShare(node) / node.weight;
      for (const child of node.children.values()) visit(child);
    };
    visit(this.#root);
  }

  #dominantShare(node: SorterNode<T>): number {
    let share = 0;
    for (const [name, milli] of node.allocated) {
      const total = this.#totals.get(name);
      if (total > 0 && milli / total > share) share = milli / total;
    }
    return share;
  }
}

/**
 * Takes the node, whose key has changed, from its old place and puts it where it belongs; false when it was not
 * there. Nobody reads the list in the meantime: {@link DrfSorter.sorted} gives copies.
 */
function move<T>(order: SorterNode<T>[], from: number, node: SorterNode<T>): boolean {
  if (order[from] !== node) return false;
  order.splice(from, 1);
  order.splice(placeOf(node, order), 0, node);
  return true;
}

/** Puts the clients at and below a node into the list, from this place on; where the next ones go. */
function collect<T>(node: SorterNode<T>, clients: T[], from: number): number {
  if (node.client !== undefined) {
    clients[from] = node.client;
    return from + 1;
  }
  node.order ??= [...node.children.values()].filter(({ activeCount }) => activeCount > 0).sort(compare);
  let next = from;
  for (const child of node.order) next = collect(child, clients, next);
  return next;
}
