// Exit code 0 while the app of this container is alive. Which port that is, its own settings say.
const { API_PORT, DASHBOARD_PORT, HEALTH_PORT, REGISTRATION_PORT, WORKER_PORT } = process.env
const port = HEALTH_PORT ?? WORKER_PORT ?? DASHBOARD_PORT ?? REGISTRATION_PORT ?? API_PORT ?? '5000'
const answer = await fetch(`http://127.0.0.1:${port}/health/live`, { signal: AbortSignal.timeout(2_500) })
process.exit(answer.ok ? 0 : 1)
