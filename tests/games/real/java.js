// A Minecraft Java server (flying-squid), on which one player is: node java.js PORT
const { createRequire } = require('module')
const installed = createRequire(process.env.GAMES + '/')
const [host, port, version] = ['127.0.0.1', Number(process.argv[2]), '1.16.1']
installed('flying-squid').createMCServer({
  host, port, version, motd: '§aThe Hall', 'max-players': 12, 'online-mode': false, logging: false, gameMode: 0,
  difficulty: 0, generation: { name: 'superflat', options: { bottomId: 7, middleId: 1, topId: 2, middleThickness: 3 } },
  kickTimeout: 10000, plugins: {}, modpe: false, 'view-distance': 2, 'everybody-op': false, 'max-entities': 10,
  'player-list-text': { header: { text: '' }, footer: { text: '' } }
})
const join = () => {
  const player = installed('minecraft-protocol').createClient({ host, port, version, username: 'Ann', auth: 'offline' })
  player.on('error', () => setTimeout(join, 500))
}
setTimeout(join, 1000)
