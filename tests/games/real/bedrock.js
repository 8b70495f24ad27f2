// A Minecraft Bedrock server (bedrock-protocol): node bedrock.js PORT
const { createRequire } = require('module')
const { Server } = createRequire(process.env.GAMES + '/')('bedrock-protocol/src/server')
new Server({
  host: '127.0.0.1', port: Number(process.argv[2]), version: '1.21.50', offline: true, maxPlayers: 9,
  motd: { motd: 'The Hall', levelName: 'Bedrock level' }, raknetBackend: 'jsp-raknet'
}).listen()
