#!/bin/sh
# Makes the eight AAC frames of the test source's tone, NNNN.adts for NNNN Hz, in the folder of this script. Needs
# ffmpeg and python3. Another version of ffmpeg makes other bytes: then everything that the test source plays changes.
#
# 1024 samples at 48 kHz hold eight whole periods of 375 Hz, so in a steady tone of a multiple of 375 Hz every frame
# says the same, and one frame, repeated, is the tone. Of a steady tone's frames, which differ by the encoder's rate
# control, the one is taken that is the purest when repeated.
set -eu
cd "$(dirname "$0")"
exec python3 - <<'PYTHON'
import math, struct, subprocess

RATE, FRAME = 48000, 1024

def ffmpeg(arguments, data=b""):
    command = ["ffmpeg", "-v", "error", *arguments, "-"]
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout

def encode(hertz):
    """The frames of four seconds of the tone, at a quarter of full scale."""
    tone = f"aevalsrc=0.25*sin(2*PI*{hertz}*t):s={RATE}:d=4"
    exact = ["-fflags", "+bitexact", "-flags:a", "+bitexact"]
    plain = ["-c:a", "aac", "-aac_coder", "fast", "-b:a", "32k", "-aac_pns", "0", "-aac_tns", "0", "-aac_is", "0"]
    data = ffmpeg(["-f", "lavfi", "-i", tone, "-ac", "1", *plain, *exact, "-f", "adts"])
    frames = []
    while data:
        length = (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5
        frames.append(data[:length])
        data = data[length:]
    return frames

def impurity(frame, hertz):
    """The share of the energy of a repeated frame that is not the tone."""
    pcm = ffmpeg(["-f", "aac", "-i", "-", "-f", "s16le"], frame * 8)
    samples = struct.unpack(f"<{len(pcm) // 2}h", pcm)[4 * FRAME:5 * FRAME]
    angle = 2 * math.pi * hertz / RATE
    re = sum(s * math.cos(angle * i) for i, s in enumerate(samples))
    im = sum(s * math.sin(angle * i) for i, s in enumerate(samples))
    tone = (re * re + im * im) * 2 / FRAME
    return 1 - tone / sum(s * s for s in samples)

for hertz in range(375, 3001, 375):
    frames = sorted(set(encode(hertz)[80:170]))
    worst, frame = min((impurity(frame, hertz), frame) for frame in frames)
    with open(f"{hertz:04}.adts", "wb") as file:
        file.write(frame)
    print(f"{hertz} Hz: {len(frame)} bytes, {10 * math.log10(max(worst, 1e-9)):.0f} dB beside the tone")
PYTHON
