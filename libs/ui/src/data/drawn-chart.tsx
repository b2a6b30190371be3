'use client';
import { Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { max, ticks } from 'd3-array';
import { line } from 'd3-shape';
import classes from './drawn-chart.module.css';

export interface ChartSeries {
  readonly name: string;
  /** one for each time; null: nothing is known */
  readonly values: readonly (number | null)[];
  readonly shape: 'bars' | 'line' | 'points';
  readonly tone: 'plain' | 'good' | 'bad';
}

export interface ChartProps {
  readonly title: string;
  /** what it shows in one sentence, for those who cannot see it */
  readonly summary: string;
  /** the lowest first */
  readonly times: readonly Date[];
  readonly series: readonly ChartSeries[];
  /** of a number at the side, such as "40 ms" */
  readonly format: (value: number) => string;
}

const height = 180;
const top = 8;
const bottom = 24;
const left = 64;
const right = 12;
/** of a time below, and half of it at the ends */
const timeWidth = 88;
const day = 24 * 60 * 60_000;

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

export const DrawnChart = ({ title, summary, times, series, format }: ChartProps) => {
  const { ref, width } = useElementSize();
  return (
    <figure className={classes.figure} ref={ref}>
      <Text component="figcaption" fz="sm" fw={500}>
        {title}
      </Text>
      <ul className={classes.legend}>
        {series.map(({ name, tone, shape }) => (
          <li key={name}>
            <span className={classes.sign} data-tone={tone} data-shape={shape} aria-hidden="true" />
            {name}
          </li>
        ))}
      </ul>
      <svg width={width} height={height} role="img" aria-label={`${title}. ${summary}`} className={classes.drawing}>
        {width > left + timeWidth && <Drawing {...{ width, times, series, format }} />}
      </svg>
    </figure>
  );
};

type DrawingProps = Omit<ChartProps, 'title' | 'summary'> & { readonly width: number };

const Drawing = ({ width, times, series, format }: DrawingProps) => {
  const first = times[0]?.getTime() ?? 0;
  const last = times.at(-1)?.getTime() ?? first;
  const most = Math.max(1, ...series.map(({ values }) => max(values, (value) => value ?? 0) ?? 0));
  const inner = width - left - right;
  // half a bar stays free at both ends
  const step = inner / Math.max(1, times.length);
  const x = (at: number) => left + step / 2 + ((inner - step) * (at - first)) / Math.max(1, last - first);
  const y = (value: number) => height - bottom - ((height - top - bottom) * value) / most;
  const sides = ticks(0, most, 3);
  const count = Math.max(2, Math.min(5, Math.floor(inner / timeWidth)));
  const below = Array.from({ length: count }, (_, index) => first + ((last - first) * index) / (count - 1));
  const words = last - first > 1.5 * day ? date : clock;
  return (
    <>
      {sides.map((value) => (
        <g key={value}>
          <line className={classes.grid} x1={left} x2={width - right} y1={y(value)} y2={y(value)} />
          <text className={classes.words} x={left - 8} y={y(value)} dy="0.32em" textAnchor="end">
            {format(value)}
          </text>
        </g>
      ))}
      {below.map((at, index) => (
        <text
          key={at}
          className={classes.words}
          x={x(at)}
          y={height - 6}
          textAnchor={index === 0 ? 'start' : index === count - 1 ? 'end' : 'middle'}
        >
          {words.format(at)}
        </text>
      ))}
      {series.map((one) => (
        <Shape key={one.name} {...{ one, times, step, x, y }} />
      ))}
    </>
  );
};

interface ShapeProps {
  readonly one: ChartSeries;
  readonly times: readonly Date[];
  readonly step: number;
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
}

const Shape = ({ one: { values, shape, tone }, times, step, x, y }: ShapeProps) => {
  const known = times.flatMap((time, index) => {
    const value = values[index] ?? null;
    return value === null ? [] : [{ at: time.getTime(), value }];
  });
  if (shape === 'bars') {
    const wide = Math.max(2, step * 0.7);
    return known
      .filter(({ value }) => value > 0)
      .map(({ at, value }) => (
        <rect
          key={at}
          className={classes.bar}
          data-tone={tone}
          x={x(at) - wide / 2}
          width={wide}
          y={y(value)}
          height={y(0) - y(value)}
        />
      ));
  }
  const path = line<Date>()
    .defined((_, index) => (values[index] ?? null) !== null)
    .x((time) => x(time.getTime()))
    .y((_, index) => y(values[index] ?? 0));
  return (
    <>
      {shape === 'line' && <path className={classes.line} data-tone={tone} d={path(times) ?? ''} />}
      {known.map(({ at, value }, index) => (
        <circle key={index} className={classes.point} data-tone={tone} cx={x(at)} cy={y(value)} r={2.5} />
      ))}
    </>
  );
};
