import * as echarts from 'echarts';
import type { Chart } from './chart.js';

const SIZE = { width: 760, height: 420 } as const;
/** Told apart by people with any kind of colour vision (Okabe and Ito, 2008). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];

/** The chart as an SVG document, drawn without a browser, on white so that it can be read on a dark page. */
export function plotSvg(chart: Chart): string {
  const canvas = echarts.init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  try {
    canvas.setOption(chartOption(chart));
    return canvas.renderToSVGString();
  } finally {
    canvas.dispose();
  }
}

/** The chart in ECharts' terms. */
function chartOption({ title, x, y, kind, series }: Chart): echarts.EChartsOption {
  const xAxis = { name: x.name, nameLocation: 'middle', nameGap: 30 } as const;
  return {
    animation: false,
    backgroundColor: '#fff',
    color: COLOURS,
    title: { text: title, left: 'center', textStyle: { fontSize: 15 } },
    // Without a browser the width of text is estimated, and too small for wide fonts: names need room between them.
    legend: { bottom: 0, itemGap: 40, show: series.length > 1 },
    grid: { left: 80, right: 40, top: 50, bottom: 80 },
    xAxis:
      kind === 'bars'
        ? { ...xAxis, type: 'category', axisLabel: { interval: 0 } }
        : { ...xAxis, type: x.scale === 'log' ? 'log' : 'value', scale: true },
    yAxis: {
      name: y.name,
      nameLocation: 'middle',
      nameGap: 55,
      type: y.scale === 'log' ? 'log' : 'value',
    },
    series: series.map(({ name, points }) => ({
      name,
      type: kind === 'bars' ? ('bar' as const) : ('line' as const),
      symbolSize: 8,
      data: points.map((point) => [...point]),
    })),
  };
}
