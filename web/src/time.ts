// How moments and lengths of time are written.

const units: [name: string, seconds: number][] = [["d", 86400], ["h", 3600], ["m", 60], ["s", 1]];

/** `1h10m`. */
export function length(seconds: number): string {
    let text = "";
    let rest = seconds;
    for (const [name, size] of units) {
        const count = Math.floor(rest / size);
        if (count > 0) {
            text += `${count}${name}`;
            rest -= count * size;
        }
    }
    return text === "" ? "0s" : text;
}

/** `+1h10m`. */
export const sinceStart = (seconds: number): string => `+${length(Math.round(seconds))}`;

/** `2026-01-01 01:10 UTC`. */
export function calendar(start: string, seconds: number): string {
    const text = new Date(Date.parse(start) + seconds * 1000).toISOString();
    return `${text.slice(0, 10)} ${text.slice(11, seconds % 60 === 0 ? 16 : 19)} UTC`;
}

const steps = [1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000,
    7776000, 31536000, 315360000];

/** Round instants within `[from, to]`, no more than `most` of them. */
export function ticks(from: number, to: number, most: number): number[] {
    const step = steps.find(one => (to - from) / one <= most) ?? steps[steps.length - 1]!;
    const list = [];
    for (let t = Math.ceil(from / step) * step; t <= to; t += step) {
        list.push(t);
    }
    return list;
}
