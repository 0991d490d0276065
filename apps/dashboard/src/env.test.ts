import { readEnv } from '@rollcall/platform'
import { describe, expect, it } from 'vitest'
import { DashboardEnv } from './env.ts'

describe('the settings', () => {
  it('need nothing on this machine', () => {
    expect(readEnv(DashboardEnv, {})).toMatchObject({ DASHBOARD_PORT: 5001, HOST: '127.0.0.1', DASHBOARD_TRUST_PROXY: false })
  })

  it('need a public address where others can reach the port', () => {
    expect(() => readEnv(DashboardEnv, { HOST: '0.0.0.0' })).toThrow('DASHBOARD_PUBLIC_URL')
    const given = { HOST: '0.0.0.0', DASHBOARD_PUBLIC_URL: 'https://rollcall.example', DASHBOARD_TRUST_PROXY: '10.0.0.0/8, 127.0.0.1' }
    expect(readEnv(DashboardEnv, given)).toMatchObject({ DASHBOARD_TRUST_PROXY: ['10.0.0.0/8', '127.0.0.1'] })
  })

  it.each(['http://localhost:5001', 'http://127.0.0.1:5001', 'https://rollcall.example', 'https://rollcall.example:8443'])(
    'take the address %s',
    (url) => {
      expect(readEnv(DashboardEnv, { DASHBOARD_PUBLIC_URL: url }).DASHBOARD_PUBLIC_URL).toBe(url)
    },
  )

  it.each([
    'http://rollcall.example',
    'https://rollcall.example/path',
    'https://user:secret@rollcall.example',
    'rollcall.example',
    'ftp://x',
  ])('refuse the address %s', (url) => {
    expect(() => readEnv(DashboardEnv, { DASHBOARD_PUBLIC_URL: url })).toThrow('DASHBOARD_PUBLIC_URL')
  })
})
