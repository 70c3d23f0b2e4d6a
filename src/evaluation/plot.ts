import * as echarts from 'echarts';
import type { Chart } from './chart.js';
import { FONT_SIZE, layOutPlot, LINE, TITLE_SIZE, type PlotLayout } from './plot-layout.js';

/** Told apart by people with any kind of colour vision (Okabe and Ito, 2008). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000', '#f0e442'];
/** For series beyond the colours, which begin again. */
const LINE_TYPES = ['solid', 'dashed', 'dotted'] as const;

/** The chart as an SVG document, drawn without a browser, on white so that it can be read on a dark page. */
export function plotSvg(chart: Chart): string {
  const layout = layOutPlot(chart);
  const { width, height } = layout;
  const canvas = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    canvas.setOption(chartOption(chart, layout));
    return canvas.renderToSVGString();
  } finally {
    canvas.dispose();
  }
}

/** The chart in ECharts' terms. */
function chartOption({ x, y, kind, series, marks = [] }: Chart, layout: PlotLayout): echarts.EChartsOption {
  const { title, legend, grid, categories } = layout;
  const xAxis = { name: x.name, nameLocation: 'middle', nameGap: categories.depth + 6 } as const;
  return {
    animation: false,
    backgroundColor: '#fff',
    color: COLOURS,
    title: {
      text: title,
      left: 'center',
      top: 10,
      textStyle: { fontSize: TITLE_SIZE, lineHeight: TITLE_SIZE * LINE },
    },
    // A component a name: ECharts would place them by a width of text that it cannot measure without a browser.
    legend: legend.map(({ left, top, name }) => ({
      left,
      top,
      data: [name],
      textStyle: { fontSize: FONT_SIZE },
    })),
    grid,
    xAxis:
      kind === 'bars'
        ? {
            ...xAxis,
            type: 'category',
            axisLabel: {
              interval: 0,
              hideOverlap: false,
              fontSize: FONT_SIZE,
              lineHeight: FONT_SIZE * LINE,
              rotate: categories.rotate,
              margin: categories.margin,
              formatter: (name: string) => categories.lines.get(name) ?? name,
            },
          }
        : { ...xAxis, type: x.scale === 'log' ? 'log' : 'value', scale: true },
    yAxis: {
      name: y.name,
      nameLocation: 'middle',
      nameGap: 55,
      type: y.scale === 'log' ? 'log' : 'value',
    },
    series: series.map(({ name, points }, index) => ({
      name,
      ...lookOf(kind, Math.floor(index / COLOURS.length)),
      data: points.map((point) => [...point]),
      ...(index === 0 && marks.length > 0 && { markLine: markLines(marks) }),
    })),
  };
}

/** Thin upright lines. */
function markLines(marks: readonly number[]): NonNullable<echarts.LineSeriesOption['markLine']> {
  return {
    silent: true,
    symbol: 'none',
    label: { show: false },
    lineStyle: { color: '#777', width: 1, type: 'dashed' },
    data: marks.map((x) => ({ xAxis: x })),
  };
}

/** How a series is drawn, by how often the colours have begun again. */
function lookOf(kind: Chart['kind'], round: number): echarts.LineSeriesOption | echarts.BarSeriesOption {
  const lineStyle = { type: LINE_TYPES[round % LINE_TYPES.length]! };
  if (kind === 'lines') return { type: 'line', symbolSize: 8, lineStyle };
  if (kind === 'curves') {
    return { type: 'line', showSymbol: false, sampling: 'minmax', lineStyle: { ...lineStyle, width: 1.5 } };
  }
  const decal = { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 3 + round], rotation: Math.PI / 4 };
  return { type: 'bar', ...(round > 0 && { itemStyle: { decal } }) };
}
