"""Where graphs run, as a field of the tool bar: this machine, or the address of a cluster.

A new target means a new engine, so it can be changed only between two runs. What was typed is remembered; a token never
is: Ray finds it by itself.
"""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from app.run.engine_process import EngineProcess
from app.run.state import RunState
from app.settings import Settings
from engine.address import Address
from engine.events import EngineReady, Event
from engine.machine import Machine

HERE = "This machine"
TIP = "Where graphs run: this machine, or the head of a Ray cluster that you trust, as HOST:PORT"


class Target(QComboBox):
    """The field; it lets the engine go where it says.

    Attributes:
        machine: what the cluster has, once the engine has joined it; None for this machine.

    Signals:
        refused(str): why what was typed is no address.
        changed(): there is something else, or something known, to check graphs against.
    """

    refused = Signal(str)
    changed = Signal()

    def __init__(self, engine: EngineProcess, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent, editable=True, insertPolicy=QComboBox.InsertPolicy.NoInsert)
        self._engine = engine
        self._settings = settings
        self.machine: Machine | None = None
        self.setAccessibleName("Target")
        self.setToolTip(TIP)
        self.setMinimumContentsLength(18)
        self.lineEdit().setPlaceholderText("HOST:PORT")
        engine.aim(settings.address)
        self._show()
        self.activated.connect(lambda: self._take())
        self.lineEdit().editingFinished.connect(self._take)
        engine.told.connect(self._look_over)
        engine.state_changed.connect(self._follow)

    def _show(self) -> None:
        """List this machine and the clusters that were named, the present one chosen."""
        with QSignalBlocker(self):
            self.clear()
            self.addItems([HERE, *self._settings.addresses])
            self.setCurrentText(self._engine.address or HERE)

    def _take(self) -> None:
        """Let the engine go where the field says, unless it is there already."""
        text = self.currentText().strip()
        try:
            address = "" if text in ("", HERE) else str(Address.read(text))
        except ValueError as error:
            self.refused.emit(str(error))
            self._show()
            return
        if address != self._engine.address:
            self.machine = None
            self._settings.address = address
            self._engine.aim(address)
            self.setToolTip(TIP)
            self.changed.emit()
        self._show()

    def _look_over(self, event: Event) -> None:
        if isinstance(event, EngineReady) and self._engine.address:
            self.machine = Machine.cluster(event.cores, event.memory, event.machines)
            self.setToolTip(f"{TIP}\n{described(self.machine)}")
            self.changed.emit()

    def _follow(self, state: RunState) -> None:
        self.setEnabled(not state.running)


def described(machine: Machine) -> str:
    """Return what a cluster has in a line: "3 machines with 6 cores and 1 GPUs"."""
    gpus = sum(one.get("GPU", 0) for one in machine.machines)
    return f"{len(machine.machines)} machines with {machine.room.cores} cores and {gpus:g} GPUs"
