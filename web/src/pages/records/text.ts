const page = /^\s*(<!doctype html|<html|<head|<body|<div|<p|<table|<span|<br|<ul|<ol|<h[1-6]|<font|<blockquote)[\s>/]/i;

/** Whether a text is a page or a part of one, as mail programs and editors write them; not one that has markup in it. */
export const isPage = (text: string): boolean => page.test(text) && /<\/[a-z][a-z0-9]*\s*>\s*$|<br\s*\/?>\s*$/i.test(text);

const blocks = new Set(['P', 'DIV', 'BR', 'LI', 'TR', 'TABLE', 'UL', 'OL', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6', 'BLOCKQUOTE', 'PRE', 'HR']);
const silent = new Set(['SCRIPT', 'STYLE', 'TITLE', 'TEMPLATE', 'NOSCRIPT', 'HEAD', 'META', 'LINK']);

/**
 * The words of a page as plain text, line by line. The page is read into a document of its own, in which no script runs and
 * nothing is loaded.
 */
export function wordsOf(html: string): string {
  const lines: string[] = [''];
  const add = (text: string) => {
    lines[lines.length - 1] += text;
  };
  const walk = (node: Node) => {
    if (node.nodeType === Node.TEXT_NODE) return add((node.textContent ?? '').replace(/\s+/g, ' '));
    const name = node.nodeName.toUpperCase();
    if (silent.has(name)) return;
    const block = blocks.has(name);
    if (block && lines[lines.length - 1] !== '') lines.push('');
    if (name === 'LI') add('• ');
    for (const child of node.childNodes) walk(child);
    if (block && lines[lines.length - 1] !== '') lines.push('');
  };
  walk(new DOMParser().parseFromString(html, 'text/html').body);
  return lines
    .map((line) => line.trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
