import type { Quantities } from '../resources/resource-set.ts';

/** Under a role that has both frameworks and roles below it, this child stands for its own frameworks. */
const OWN_LEAF = '.';

class SorterNode {
  readonly path: string;
  readonly name: string;
  readonly children = new Map<string, SorterNode>();
  readonly allocated = new Map<string, number>();
  /** The path that {@link DrfSorter.sorted} gives for this node, when it stands for a client itself. */
  client: string | undefined;
  weight = 1;
  count = 0;
  order: SorterNode[] | undefined;

  constructor(path: string, name: string) {
    this.path = path;
    this.name = name;
  }
}

/**
 * Dominant resource fairness over a tree of names (`eng/spark` stands below `eng`): among brothers the one
 * with the smallest dominant share per weight comes first, then the one that was served less often, then by
 * name. Frameworks within a role are a flat tree of the same kind.
 */
export class DrfSorter {
  readonly #root = new SorterNode('', '');
  readonly #leaves = new Map<string, SorterNode[]>();
  readonly #weights = new Map<string, number>();
  #totals: Quantities = new Map();

  /** The whole cluster's amounts; a share is a part of these. */
  setTotals(totals: Quantities): void {
    this.#totals = totals;
    this.#forget(this.#root);
  }

  setWeight(path: string, weight: number): void {
    this.#weights.set(path, weight);
    for (const chain of this.#leaves.values()) {
      for (const node of chain) if (node.path === path) node.weight = weight;
    }
    this.#forget(this.#root);
  }

  weightOf(path: string): number {
    return this.#weights.get(path) ?? 1;
  }

  add(client: string): void {
    if (this.#leaves.has(client)) return;
    const chain: SorterNode[] = [];
    let node = this.#root;
    const names = client.split('/');
    names.forEach((name, index) => {
      node = this.#child(node, name, names.slice(0, index + 1).join('/'));
      chain.push(node);
    });
    const own = this.#child(node, OWN_LEAF, `${client}/${OWN_LEAF}`);
    own.client = client;
    chain.push(own);
    this.#leaves.set(client, chain);
    this.#forgetChain(chain);
  }

  remove(client: string): void {
    const chain = this.#leaves.get(client);
    if (chain === undefined) return;
    this.#leaves.delete(client);
    for (let index = chain.length - 1; index >= 0; index--) {
      const node = chain[index] as SorterNode;
      const parent = chain[index - 1] ?? this.#root;
      if (node.children.size === 0) parent.children.delete(node.name);
    }
    this.#forgetChain(chain);
  }

  has(client: string): boolean {
    return this.#leaves.has(client);
  }

  allocated(client: string, quantities: Quantities): void {
    this.#change(client, quantities, 1);
  }

  recovered(client: string, quantities: Quantities): void {
    this.#change(client, quantities, -1);
  }

  /** The dominant share of a client and all below it, weight left out of account. */
  shareOf(client: string): number {
    const node = this.#leaves.get(client)?.at(-2);
    return node === undefined ? 0 : this.#dominantShare(node);
  }

  /** Clients, the one that is owed most first. */
  sorted(): string[] {
    const clients: string[] = [];
    this.#collect(this.#root, clients);
    return clients;
  }

  #child(parent: SorterNode, name: string, path: string): SorterNode {
    const existing = parent.children.get(name);
    if (existing !== undefined) return existing;
    const node = new SorterNode(path, name);
    node.weight = this.#weights.get(path) ?? 1;
    parent.children.set(name, node);
    return node;
  }

  #change(client: string, quantities: Quantities, sign: 1 | -1): void {
    const chain = this.#leaves.get(client);
    if (chain === undefined) return;
    for (const node of chain) {
      for (const [name, milli] of quantities) {
        const amount = (node.allocated.get(name) ?? 0) + sign * milli;
        if (amount === 0) node.allocated.delete(name);
        else node.allocated.set(name, amount);
      }
      if (sign === 1) node.count++;
    }
    this.#forgetChain(chain);
  }

  #forgetChain(chain: readonly SorterNode[]): void {
    this.#root.order = undefined;
    for (const node of chain) node.order = undefined;
  }

  #forget(node: SorterNode): void {
    node.order = undefined;
    for (const child of node.children.values()) this.#forget(child);
  }

  #dominantShare(node: SorterNode): number {
    let share = 0;
    for (const [name, milli] of node.allocated) {
      const total = this.#totals.get(name) ?? 0;
      if (total > 0) share = Math.max(share, milli / total);
    }
    return share;
  }

  #collect(node: SorterNode, clients: string[]): void {
    if (node.client !== undefined) clients.push(node.client);
    node.order ??= this.#ordered(node);
    for (const child of node.order) this.#collect(child, clients);
  }

  #ordered(node: SorterNode): SorterNode[] {
    const keyed = [...node.children.values()].map((child) => ({
      child,
      share: this.#dominantShare(child) / child.weight,
    }));
    keyed.sort((a, b) => {
      if (a.share !== b.share) return a.share - b.share;
      if (a.child.count !== b.child.count) return a.child.count - b.child.count;
      return a.child.path < b.child.path ? -1 : 1;
    });
    return keyed.map(({ child }) => child);
  }
}
