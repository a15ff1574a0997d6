import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { Sample } from '../prometheus.ts'

/** Figures of this process: memory, processor time, and how late its event loop is, since they were last asked for. */
export function createProcessSamples(): () => readonly Sample[] {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  let before = performance.eventLoopUtilization()

  return () => {
    const { rss, heapUsed, heapTotal } = process.memoryUsage()
    const { user, system } = process.cpuUsage()
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    const [p50, p99, max] = [delay.percentile(50), delay.percentile(99), delay.max]
    delay.reset()
    return [
      gauge('process_memory_usage_bytes', 'Memory that the process has', rss),
      gauge('v8js_memory_heap_used_bytes', 'Memory that objects take', heapUsed),
      gauge('v8js_memory_heap_total_bytes', 'Memory that the heap has', heapTotal),
      gauge(
        'nodejs_eventloop_utilization_ratio',
        'Share of time that the event loop was busy',
        utilization,
      ),
      gauge(
        'nodejs_eventloop_delay_p50_seconds',
        'How late the event loop is: half of the time',
        p50 / 1e9,
      ),
      gauge(
        'nodejs_eventloop_delay_p99_seconds',
        'How late the event loop is: 99 in 100 times',
        p99 / 1e9,
      ),
      gauge(
        'nodejs_eventloop_delay_max_seconds',
        'How late the event loop is: at worst',
        max / 1e9,
      ),
      gauge('process_uptime_seconds', 'Time since the process has started', process.uptime()),
      {
        name: 'process_cpu_time_seconds_total',
        type: 'counter',
        help: 'Processor time',
        values: [
          { labels: { cpu_mode: 'user' }, value: user / 1e6 },
          { labels: { cpu_mode: 'system' }, value: system / 1e6 },
        ],
      },
    ]
  }
}

export function gauge(name: string, help: string, value: number): Sample {
  return { name, type: 'gauge', help, values: [{ value: Number.isFinite(value) ? value : 0 }] }
}
