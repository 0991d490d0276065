// A way to a server that can be cut: for outages of what runs where no test can reach it, such as somebody's SQL Server.
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

const HOST = '127.0.0.1'

export interface TcpProxy {
  readonly host: string
  readonly port: number
  /** Cuts every connection and lets nobody through, until the returned function is called. */
  cut(): () => void
  close(): Promise<void>
}

export async function startTcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const open = new Set<Socket>()
  let isCut = false
  const server = createServer((caller) => {
    if (isCut) return void caller.destroy()
    const called = connect(target)
    for (const [socket, other] of [
      [caller, called],
      [called, caller],
    ] as const) {
      open.add(socket)
      socket.on('close', () => {
        open.delete(socket)
        other.destroy()
      })
      // What is cut says so; `close` follows.
      socket.on('error', () => undefined)
      socket.pipe(other)
    }
  }).listen(0, HOST)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error(`Listening on ${HOST} gave no port.`)
  return {
    host: HOST,
    port: address.port,
    cut() {
      isCut = true
      for (const socket of open) socket.resetAndDestroy()
      return () => {
        isCut = false
      }
    },
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
