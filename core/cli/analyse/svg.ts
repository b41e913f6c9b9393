type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Text as it may stand in HTML and SVG. */
export const escapeText = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** An element; children are markup already. Numbers are rounded to hundredths of a pixel. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? pixels(value) : escapeText(value ?? '')}"`)
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

const pixels = (value: number): string => String(Math.round(value * 100) / 100);

/** What a browser shows while the pointer rests on an element; read out by screen readers. */
export const title = (text: string): string => element('title', {}, escapeText(text));

/** A line through points; a point whose y is undefined is a gap. */
export function linePath(points: readonly (readonly [x: number, y: number | undefined])[]): string {
  let isDown = false;
  let path = '';
  for (const [x, y] of points) {
    if (y === undefined) isDown = false;
    else {
      path += `${isDown ? 'L' : 'M'}${pixels(x)} ${pixels(y)}`;
      isDown = true;
    }
  }
  return path;
}

/** The area between two lines over the same x, of the points that have both. */
export function areaPath(
  points: readonly (readonly [x: number, upper: number | undefined, lower: number | undefined])[],
): string {
  const known = points.flatMap(([x, upper, lower]) =>
    upper === undefined || lower === undefined ? [] : [{ x, upper, lower }],
  );
  const there = known.map(({ x, upper }): [number, number] => [x, upper]);
  const back = known.map(({ x, lower }): [number, number] => [x, lower]).reverse();
  return known.length === 0 ? '' : `${linePath([...there, ...back])}Z`;
}
