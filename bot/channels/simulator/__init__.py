"""An embedded community: people, rooms, the platform's limits and a clock that jumps.

`script.load(folder)` reads a community and its week, `world.World` holds the people,
`channel.SimulatorChannel` is the account's hands in it, `driver.play` moves the time,
`live` lets a person at the terminal speak as any member.
"""
