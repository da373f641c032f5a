// Reads a report with a library that is not ours and prints what it understood as JSON.
//   node read.cjs MODULES tap|azuredevops|github FILE
'use strict';

const fs = require('fs');
const path = require('path');

const [modules, format, file] = process.argv.slice(2);
const load = (name) => require(path.resolve(modules, name));

/** Every test point, and what no reader of TAP knows what to do with. */
function tap(text) {
  const { Parser } = load('tap-parser');
  const parser = new Parser({ strict: true });
  const points = [];
  const strange = [];
  let version = 0;
  let results;
  parser.on('version', (number) => { version = number; });
  parser.on('assert', ({ ok, name, id, skip, todo, diag }) => points.push({ ok, name, id, skip, todo, diag }));
  parser.on('extra', (line) => strange.push(line));
  parser.on('complete', (all) => { results = all; });
  parser.end(text);
  const failures = results.failures.filter((failure) => failure.tapError).map((failure) => failure.tapError);
  return { version, plan: results.plan.end, points, strange: [...strange, ...failures] };
}

/** Every command, as the agent's own library reads it, and whether that library would write it the same way. */
function azuredevops(text) {
  const { commandFromString } = load('azure-pipelines-task-lib/taskcommand.js');
  return text.split('\n').filter((line) => line.includes('##vso[')).map((line) => {
    const { command, properties, message } = commandFromString(line);
    return { command, properties, message, same: commandFromString(line).toString() === line };
  });
}

/** Every annotation, written anew by the runner's own toolkit from what the line says. */
function github(text) {
  const { issueCommand } = load('@actions/core/lib/command.js');
  const decoded = (value) => value.replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%0D/g, '\r')
    .replace(/%0A/g, '\n').replace(/%25/g, '%');
  return text.split('\n').filter((line) => /^\s*::(error|warning|notice)/.test(line)).map((line) => {
    const end = line.indexOf('::', 2);
    const head = line.slice(2, end);
    const command = head.split(' ', 1)[0];
    const properties = {};
    for (const pair of head.slice(command.length + 1).split(',')) {
      const equals = pair.indexOf('=');
      properties[pair.slice(0, equals)] = decoded(pair.slice(equals + 1));
    }
    const message = decoded(line.slice(end + 2));
    let written = '';
    const { write } = process.stdout;
    process.stdout.write = (chunk) => { written += chunk; return true; };
    try {
      issueCommand(command, properties, message);
    } finally {
      process.stdout.write = write;
    }
    return { command, properties, message, same: written === `${line}\n` };
  });
}

const readers = { tap, azuredevops, github };
console.log(JSON.stringify(readers[format](fs.readFileSync(file, 'utf8'))));
