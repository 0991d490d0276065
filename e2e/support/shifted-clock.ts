// Loaded into a process before anything else (NODE_OPTIONS=--import), it puts that process's clock wrong by CLOCK_OFFSET_MS. Timers, SQLite's own
// clock and the other processes keep the machine's time.
const offsetMs = Number(process.env.CLOCK_OFFSET_MS)
const trueNow = Date.now
const now = () => trueNow() + offsetMs

globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new Date().toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
})
Date.prototype.constructor = Date
