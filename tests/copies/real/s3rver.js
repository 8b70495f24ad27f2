// s3rver, which checks signatures and clocks. Arguments: port, folder, a folder with node_modules.
const path = require("path");
const S3rver = require(path.join(process.argv[4], "node_modules", "@20minutes", "s3rver"));

new S3rver({
  address: "127.0.0.1",
  port: Number(process.argv[2]),
  directory: process.argv[3],
  silent: true,
  configureBuckets: [{ name: "copies" }],
}).run();
