import { Text, useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import classes from './drawn-chart.module.css';

export interface ChartSeries {
  readonly name: string;
  /** one for each time; null: nothing is known */
  readonly values: readonly (number | null)[];
  readonly shape: 'bars' | 'line' | 'points';
  readonly tone: 'plain' | 'good' | 'attention' | 'bad';
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

const height = 160;
const hour = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const shortest = 36 * 60 * 60;

export const DrawnChart = ({ title, summary, times, series, format }: ChartProps) => {
  const scheme = useComputedColorScheme();
  const { ref: frame, width } = useElementSize();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null || width === 0) return;
    const chart = new UPlot(optionsOf(element, { width, series, format }), dataOf(times, series), element);
    return () => chart.destroy();
  }, [width, scheme, times, series, format]);
  return (
    <figure className={classes.figure} ref={frame}>
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
      <div ref={place} role="img" aria-label={`${title}. ${summary}`} className={classes.drawing} />
    </figure>
  );
};

const dataOf = (times: readonly Date[], series: readonly ChartSeries[]): UPlot.AlignedData => [
  times.map((time) => time.getTime() / 1_000),
  ...series.map(({ values }) => [...values]),
];

/** The colors stand in the style sheet, where both schemes are. */
const colorOf = (element: HTMLElement, name: string): string =>
  getComputedStyle(element).getPropertyValue(`--chart-${name}`);

const optionsOf = (
  element: HTMLElement,
  { width, series, format }: Pick<ChartProps, 'series' | 'format'> & { readonly width: number },
): UPlot.Options => {
  const axis = {
    stroke: colorOf(element, 'text'),
    font: `12px ${getComputedStyle(element).fontFamily}`,
    grid: { stroke: colorOf(element, 'grid'), width: 1 },
    ticks: { show: false },
  };
  return {
    ...{ width, height },
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      { ...axis, space: 72, values: (chart, splits) => splits.map((at) => timeWords(chart, at)) },
      { ...axis, size: 64, space: 36, values: (_, splits) => splits.map(format) },
    ],
    series: [
      {},
      ...series.map(({ name, shape, tone }): UPlot.Series => {
        const color = colorOf(element, tone);
        return {
          ...{ label: name, stroke: color, width: 2 },
          ...(shape === 'bars' && { fill: color, width: 0, ...(bars && { paths: bars }), points: { show: false } }),
          ...(shape === 'points' && { paths: () => null }),
          ...(shape !== 'bars' && { points: { show: true, size: 5, fill: color, stroke: color } }),
        };
      }),
    ],
  };
};

const bars = UPlot.paths.bars?.({ size: [0.7, 24] });

const timeWords = ({ scales }: UPlot, seconds: number): string => {
  const { min = 0, max = 0 } = scales.x ?? {};
  const format = (max ?? 0) - (min ?? 0) > shortest ? day : hour;
  return format.format(new Date(seconds * 1_000));
};
