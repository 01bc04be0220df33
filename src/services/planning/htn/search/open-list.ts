// Open list: nodes by priority, the newest first among equals (binary heap in typed arrays).

export class OpenList {
  private priority = new Float64Array(1 << 10);
  private order = new Float64Array(1 << 10);
  private node = new Int32Array(1 << 10);
  private size = 0;
  private sequence = 0;

  get length(): number {
    return this.size;
  }

  get bytes(): number {
    return this.node.length * 20;
  }

  /** The lowest priority; Infinity when empty. */
  get first(): number {
    return this.size === 0 ? Infinity : this.priority[0]!;
  }

  clear(): void {
    this.size = 0;
  }

  push(node: number, priority: number): void {
    if (this.size === this.node.length) this.grow();
    this.sequence -= 1;
    let at = this.size;
    this.size += 1;
    const order = this.sequence;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(priority, order, parent)) break;
      this.move(parent, at);
      at = parent;
    }
    this.priority[at] = priority;
    this.order[at] = order;
    this.node[at] = node;
  }

  /** Removes and gives the node with the lowest priority; -1 when there is none. */
  pop(): number {
    return this.take(0);
  }

  /** Removes and gives the node at a place of the heap, 0 … length-1; -1 when it is empty. */
  take(place: number): number {
    if (this.size === 0) return -1;
    const taken = this.node[place]!;
    this.size -= 1;
    const last = this.size;
    if (place === last) return taken;
    const priority = this.priority[last]!;
    const order = this.order[last]!;
    const node = this.node[last]!;
    let at = place;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= last) break;
      if (child + 1 < last && this.isBefore(this.priority[child + 1]!, this.order[child + 1]!, child))
        child += 1;
      if (this.isBefore(priority, order, child)) break;
      this.move(child, at);
      at = child;
    }
    while (at > 0 && this.isBefore(priority, order, (at - 1) >> 1)) {
      this.move((at - 1) >> 1, at);
      at = (at - 1) >> 1;
    }
    this.priority[at] = priority;
    this.order[at] = order;
    this.node[at] = node;
    return taken;
  }

  private isBefore(priority: number, order: number, other: number): boolean {
    const theirs = this.priority[other]!;
    return priority < theirs || (priority === theirs && order < this.order[other]!);
  }

  private move(from: number, to: number): void {
    this.priority[to] = this.priority[from]!;
    this.order[to] = this.order[from]!;
    this.node[to] = this.node[from]!;
  }

  private grow(): void {
    const priority = new Float64Array(this.priority.length * 2);
    priority.set(this.priority);
    this.priority = priority;
    const order = new Float64Array(this.order.length * 2);
    order.set(this.order);
    this.order = order;
    const node = new Int32Array(this.node.length * 2);
    node.set(this.node);
    this.node = node;
  }
}
