// Posts a form with Node's own fetch and prints what came: the status and the body, or the name of
// the error. Usage: faults.mjs URL FORM PATIENCE
const [url, form, patience] = process.argv.slice(2);
const asked = {
  method: "POST",
  body: form,
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
  redirect: "manual",
  signal: AbortSignal.timeout(Number(patience) * 1000),
};
try {
  const answer = await fetch(url, asked);
  const body = Buffer.from(await answer.arrayBuffer());
  process.stdout.write(Buffer.concat([Buffer.from(`${answer.status}\n`), body]));
} catch (error) {
  console.log(error.cause?.code ?? error.name);
}
