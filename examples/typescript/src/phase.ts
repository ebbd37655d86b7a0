import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/**
 * The phase of a Changeover migration as one instance of an application goes by it (docs/phases.md). It asks PostgreSQL
 * itself, over one connection: so it needs no process but the two databases, and whoever fences writes is who is asked.
 */
export type PhaseName = 'mongo' | 'both' | 'pg-reads' | 'postgres';

/** What calls go by. An epoch never comes back, a phase may. */
export interface Era {
  readonly phase: PhaseName;
  readonly epoch: number;
}

/** Nothing was done: the same call may be made again later. */
export class NotDone extends Error {}

/** Whether a database refused to do anything because the phase has moved: PostgreSQL's CH001, MongoDB's fences. */
export function hasMoved(e: unknown): boolean {
  const code = e instanceof Error && 'code' in e ? e.code : undefined;
  return e instanceof Outlived || code === 'CH001' || code === 371 || code === 166;
}

/** What was read may have been over by then: it is read anew. */
class Outlived extends Error {}

const ASK_EVERY_MS = 1000;
const PATIENCE_MS = 30_000;

export class Phases {
  private era: Era = { phase: 'mongo', epoch: -1 };
  private acknowledged = 0;
  private leaseEnds = 0; // by performance.now(), which no clock's setting moves
  private outlived = -1; // what was read by an epoch before this one does not count
  private closing = false;
  private asked = false; // somebody wants to know before the second is over
  private readonly calls = new Map<number, number>(); // by epoch, those that have not ended
  private readonly ask = new Signal();
  private readonly heard = new Signal();
  private keeper: Promise<void> = Promise.resolve();

  private constructor(
    private readonly uri: string,
    private readonly name: string,
    private readonly leaseMs: number,
  ) {}

  /** Gets the first lease, or fails; keeps it until closed. The name is unique among the instances that live. */
  static async start(uri: string, name: string, leaseMs = 10_000): Promise<Phases> {
    const phases = new Phases(uri, name, leaseMs);
    const client = await phases.connect();
    try {
      const now = await client.query('SELECT epoch FROM changeover.current_phase()');
      phases.acknowledged = Number(now.rows[0].epoch); // there are no calls yet
      await phases.renew(client);
    } finally {
      await client.end();
    }
    phases.keeper = phases.keep();
    return phases;
  }

  /**
   * Makes a write by the era that is; again, by the next one, when a fence has refused it. `atLeast` is the epoch that
   * the caller has seen elsewhere: this instance asks first when it does not know of it yet.
   */
  async write<T>(atLeast: number, work: (era: Era) => Promise<T>): Promise<T> {
    const giveUp = performance.now() + PATIENCE_MS;
    for (;;) {
      const era = await this.enter(atLeast, giveUp);
      try {
        return await work(era);
      } catch (e) {
        if (!hasMoved(e)) throw e;
        if (performance.now() > giveUp) throw new NotDone('the phase has not settled', { cause: e });
      } finally {
        this.leave(era);
      }
      await this.heard.wait(25);
    }
  }

  /** The same for a read, which is made anew when this instance was stopped meanwhile for longer than its lease. */
  async read<T>(atLeast: number, work: (era: Era) => Promise<T>): Promise<T> {
    return this.write(atLeast, async (era) => {
      const result = await work(era);
      if (era.epoch < this.outlived || performance.now() >= this.leaseEnds) throw new Outlived('read too late');
      return result;
    });
  }

  /** Takes no more calls, waits for those that have begun, and gives the lease back. */
  async close(): Promise<void> {
    this.closing = true;
    this.askNow();
    while (this.calls.size > 0) await this.heard.wait(100);
    await this.keeper;
    const client = await this.connect();
    await client.query('SELECT changeover.end_lease($1)', [this.name]).finally(() => client.end());
  }

  /** Between the look at the era and the count of the call nothing else runs. */
  private async enter(atLeast: number, giveUp: number): Promise<Era> {
    while (performance.now() >= this.leaseEnds || this.era.epoch < atLeast) {
      if (this.closing || performance.now() > giveUp) throw new NotDone('PostgreSQL does not tell the phase');
      this.askNow();
      await this.heard.wait(25);
    }
    if (this.closing) throw new NotDone('this instance ends');
    this.calls.set(this.era.epoch, (this.calls.get(this.era.epoch) ?? 0) + 1);
    return this.era;
  }

  private leave(era: Era): void {
    const left = (this.calls.get(era.epoch) ?? 0) - 1;
    if (left > 0) {
      this.calls.set(era.epoch, left);
    } else {
      this.calls.delete(era.epoch);
      if (this.closing || era.epoch < this.era.epoch) this.askNow(); // there may be something to acknowledge
    }
  }

  private async keep(): Promise<void> {
    while (!this.closing || this.calls.size > 0) {
      let client: pg.Client | undefined;
      try {
        client = await this.connect();
        while (!this.closing || this.calls.size > 0) {
          this.asked = false;
          await this.renew(client);
          if (!this.asked && this.drained() === this.acknowledged) await this.ask.wait(ASK_EVERY_MS);
        }
      } catch (e) {
        console.error(`the phase is not known: ${String(e)}`);
        await sleep(200);
      } finally {
        await client?.end().catch(() => undefined);
      }
    }
  }

  private async connect(): Promise<pg.Client> {
    const limits = { connectionTimeoutMillis: 3000, query_timeout: 3000, keepAlive: true };
    const client = new pg.Client({ connectionString: this.uri, ...limits });
    client.on('error', () => this.askNow());
    client.on('notification', () => this.askNow()); // only a hint: it is asked for anyway
    await client.connect();
    await client.query('LISTEN changeover_phase');
    return client;
  }

  /** The epoch that all calls go by: the newest once those begun before it have ended. */
  private drained(): number {
    const older = [...this.calls.keys()].some((epoch) => epoch < this.era.epoch);
    return older ? this.acknowledged : Math.max(this.era.epoch, this.acknowledged);
  }

  private async renew(client: pg.Client): Promise<void> {
    const drained = this.drained();
    const sent = performance.now(); // the server counts the lease from later on
    const answer = await client.query<{ phase: PhaseName; epoch: string }>(
      `SELECT phase, epoch FROM changeover.renew_lease($1, $2, $3 * interval '1 millisecond')`,
      [this.name, drained, this.leaseMs],
    );
    const told = answer.rows[0];
    if (told === undefined) throw new Error('changeover.renew_lease tells nothing');
    const epoch = Number(told.epoch);
    if (epoch > this.era.epoch) {
      if (performance.now() >= this.leaseEnds) this.outlived = epoch;
      this.era = { phase: told.phase, epoch };
    }
    this.acknowledged = drained;
    this.leaseEnds = sent + this.leaseMs;
    this.heard.wake();
  }

  private askNow(): void {
    this.asked = true;
    this.ask.wake();
  }
}

/** Something has happened: all who wait go on. */
class Signal {
  private readonly waiting = new Set<() => void>();

  wake(): void {
    for (const resolve of this.waiting) resolve();
  }

  async wait(mostMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, mostMs);
      this.waiting.add(done);
    });
  }
}
